// @ts-check
import { call } from '../../../../shared/src/web/http.js';

/** @typedef {import('@scanpay/shared/api/sandbox.ts').SettlementDay} SettlementDay */
/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Debt} Debt */
/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Reconciliation} Reconciliation */
/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Findings} Findings */
/** @typedef {import('@scanpay/shared/api/settlement.ts').LinePage} LinePage */
/**
 * @template T
 * @typedef {import('../../../../shared/src/web/http.js').Reply<T>} Reply
 */

const closeTimeoutMs = 30_000;

/** The company at whose service this page stands, which shows its own book; null: the sandbox, which shows all. */
export const ownCompany = document.documentElement.dataset.company ?? null;

/** Whether the book of this party is on show here. @param {string} party */
export const isHere = (party) => (ownCompany === null ? party !== 'merchants' : party === ownCompany);

/** @param {string} company @param {string} statementId */
const statementPath = (company, statementId) =>
  ownCompany === null
    ? `/v1/companies/${company}/statements/${statementId}`
    : `/v1/settlement/statements/${statementId}`;

/** @param {string} company @param {string} statementId @param {string} name */
export const fileOf = (company, statementId, name) => `${statementPath(company, statementId)}/${name}`;

/** @param {string} businessDate @returns {Promise<Reply<SettlementDay>>} */
export async function readDay(businessDate) {
  if (ownCompany === null) return call('GET', `/v1/settlement-days/${businessDate}`);
  const [listed, summed] = await Promise.all([
    call('GET', `/v1/settlement/statements?businessDate=${businessDate}`),
    call('GET', '/v1/settlement/balances'),
  ]);
  if (!listed.ok) return listed;
  if (!summed.ok) return summed;
  const { company, balances } = summed.value;
  const day = { company, statements: listed.value.statements, balances, problem: null };
  const date = /** @type {SettlementDay['businessDate']} */ (businessDate);
  return { ok: true, value: { businessDate: date, companies: [day] } };
}

/** @param {string} businessDate */
export const closeDay = (businessDate) =>
  call(
    'POST',
    ownCompany === null ? '/v1/settlement-days/close' : '/v1/settlement/close',
    { businessDate },
    closeTimeoutMs,
  );

/**
 * @param {string} company who is asked
 * @param {string} statementId
 * @param {string | null} after the payment the page before ended with
 * @returns {Promise<Reply<LinePage>>}
 */
export const readLines = (company, statementId, after) =>
  call('GET', `${statementPath(company, statementId)}/lines${after === null ? '' : `?after=${after}`}`);

/** @param {string} company who gives way @param {string} statementId @param {object} body */
export const settleLine = (company, statementId, body) =>
  call(
    'POST',
    ownCompany === null
      ? `${statementPath(company, statementId)}/settle-line`
      : `${statementPath(company, statementId)}/lines/settle`,
    body,
  );

/** @returns {Promise<Reply<{ debts: Debt[] }>>} */
export const readDebts = () => call('GET', ownCompany === null ? '/v1/debts' : '/v1/settlement/debts');

/** @param {string} paymentId @returns {Promise<Reply<Reconciliation>>} */
export async function readPayment(paymentId) {
  const id = encodeURIComponent(paymentId);
  if (ownCompany === null) return call('GET', `/v1/reconciliation/${id}`);
  const reply = await call('GET', `/v1/settlement/payments/${id}`);
  if (!reply.ok && reply.code !== 'not_found') return reply;
  const trace = reply.ok ? reply.value : null;
  const known = /** @type {Reconciliation['paymentId']} */ (paymentId);
  return { ok: true, value: { paymentId: known, companies: [{ company: ownCompany, trace, problem: null }] } };
}

/**
 * Whatever the books have of a receipt's code, a number, or an amount of a date.
 *
 * @param {string} find @param {string} businessDate
 * @returns {Promise<Reply<Findings>>}
 */
export async function readFindings(find, businessDate) {
  const query = new URLSearchParams({ find, ...(businessDate === '' ? {} : { businessDate }) });
  if (ownCompany === null) return call('GET', `/v1/search?${query}`);
  const reply = await call('GET', `/v1/settlement/search?${query}`);
  return reply.ok ? { ok: true, value: { ...reply.value, problems: [] } } : reply;
}

/** What shops are called; the operator alone knows. */
export const readShops = () =>
  ownCompany === null || ownCompany === 'operator' ? call('GET', '/v1/merchants') : Promise.resolve(undefined);
