// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { fact } from '../../../../shared/src/web/fact.js';
import { formatDay, formatMoment, formatWon } from '../../../../shared/src/web/format.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { say } from '../../../../shared/src/web/language.js';
import { makeLedgerTable } from '../settlement/ledger-table.js';
import { nameParty, states } from '../settlement/words.js';

/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Reconciliation} Reconciliation */
/** @typedef {import('@scanpay/shared/api/reconciliation.ts').PaymentTrace} PaymentTrace */
/** @typedef {PaymentTrace['statements'][number]} StatementRow */

const kinds = {
  sale: { ko: '매출', en: 'Sale' },
  cancel: { ko: '취소', en: 'Cancel' },
  reversal: { ko: '망취소', en: 'Undone' },
};
const tenders = { card: { ko: '카드', en: 'card' }, cash: { ko: '현금', en: 'cash' } };

/**
 * One company: contract, entries, statements and payouts.
 *
 * @param {Reconciliation['companies'][number]} company
 */
export function makeTrace({ company, trace, problem }) {
  return el(
    'article',
    { class: 'trace card', 'data-company': company },
    el('h3', {}, say(nameParty(company))),
    ...(trace === null ? [makeNone(problem)] : makeParts(trace)),
  );
}

/** @param {string | null} problem */
function makeNone(problem) {
  if (problem === null) {
    return el('p', { class: 'hint' }, say({ ko: '이 장부에는 없는 결제입니다.', en: 'Not in this book.' }));
  }
  const words = { ko: '응답하지 않습니다.', en: 'Does not answer.' };
  return el('p', { class: 'problem' }, icon('alert'), say(words), ` (${problem})`);
}

/** @param {PaymentTrace} trace */
function makeParts(trace) {
  const { contractVersion, entries, statements } = trace;
  const version = contractVersion === null ? '–' : say({ ko: `${contractVersion}번`, en: String(contractVersion) });
  return [
    el('dl', { class: 'facts' }, fact({ ko: '계약 버전', en: 'Contract version' }, version)),
    el('h4', {}, say({ ko: '분개', en: 'Entries' })),
    ...entries.map(makeEntry),
    el('h4', {}, say({ ko: '정산서와 지급', en: 'Statements and payouts' })),
    ...(statements.length === 0
      ? [el('p', { class: 'hint' }, say({ ko: '아직 정산서가 없습니다.', en: 'No statement yet.' }))]
      : statements.map((each) => makeStatement(each, trace))),
  ];
}

/** @param {PaymentTrace['entries'][number]} entry */
function makeEntry({ seq, kind, tender, businessDate, atMs, postings, hash }) {
  return el(
    'div',
    { class: 'entry' },
    makeLedgerTable(postings, `${say(kinds[kind])} · ${say(tenders[tender])} · ${formatMoment(atMs)}`),
    el(
      'p',
      { class: 'small' },
      say({ ko: `영업일 ${businessDate} · 분개 ${seq}번 `, en: `Business date ${businessDate} · entry ${seq} ` }),
      el('span', { class: 'code', title: hash }, `${hash.slice(0, 10)}…`),
    ),
  );
}

/**
 * What the statement has of this payment: the card sales less the fees up to its hop, of cash the fees alone.
 *
 * @param {StatementRow} statement
 * @param {PaymentTrace} trace
 */
function partOf({ hop, businessDate }, { entries }) {
  const ofDay = entries.filter((entry) => entry.businessDate === businessDate);
  return ofDay.reduce((sum, { kind, tender, split }) => {
    const { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon } = split;
    const feeWon = cardFeeWon + (hop === 'S13' ? 0 : pgFeeWon) + (hop === 'S15' ? operatorFeeWon : 0);
    const payableWon = (tender === 'card' ? chargedWon : 0) - feeWon;
    return sum + (kind === 'sale' ? payableWon : -payableWon);
  }, 0);
}

/**
 * @param {StatementRow} statement
 * @param {PaymentTrace} trace
 */
function makeStatement(statement, trace) {
  const { statementId, hop, sender, receiver, businessDate, state, payableWon, paidWon, payoutDate, transferId } =
    statement;
  const { name, look } = states[state] ?? { name: { ko: state, en: state }, look: '' };
  return el(
    'div',
    { class: 'covering', 'data-statement': statementId },
    el(
      'p',
      {},
      el(
        'a',
        { href: `/settlement?date=${businessDate}#statement-${statementId}` },
        `${hop} ${say(nameParty(sender))} → ${say(nameParty(receiver))}`,
      ),
      ' ',
      el('span', { class: `chip ${look}` }, say(name)),
    ),
    el(
      'dl',
      { class: 'facts' },
      fact({ ko: '이 결제 분', en: 'Of this payment' }, formatWon(partOf(statement, trace)), 'fact-main'),
      fact({ ko: '정산서 전체', en: 'Whole statement' }, formatWon(payableWon)),
      fact({ ko: '지급한 금액', en: 'Paid' }, formatWon(paidWon)),
      payoutDate !== null && fact({ ko: '지급일', en: 'Paid from' }, formatDay(payoutDate)),
      transferId !== null && fact({ ko: '이체', en: 'Transfer' }, `…${transferId.slice(-8)}`),
    ),
  );
}
