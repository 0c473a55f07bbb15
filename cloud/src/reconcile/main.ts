/**
 * `scanpay-cloud reconcile --url URL [--company NAME] [--payment ID | --find TEXT [--date DATE]] [--json]`: who owes whom;
 * where the money of one payment is: contract, entries, statements and transfers; or what the books have of a receipt's
 * code, a number, or an amount of a date. Asks all companies through the sandbox, or whatever gateway offers the same
 * routes; or with `--company` that company alone, at its own address, as its staff.
 *
 * Exit code 0: the books agree, the payment was found; 1: they do not, or it was not; 78: cannot be asked.
 */
import { parseArgs } from 'node:util';
import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import {
  BookFindingsSchema,
  DebtListSchema,
  type Findings,
  FindingsSchema,
  PaymentTraceSchema,
  type Reconciliation,
  ReconciliationSchema,
} from '@scanpay/shared/api/reconciliation.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { readStaffCredentials } from '@scanpay/shared/system/staff-credentials.ts';
import type { Static, TSchema } from 'typebox';
import { companies } from '../core/settle/hops.ts';
import { formatDebts, formatFindings, formatReconciliation } from './format-reconciliation.ts';

const options = {
  url: { type: 'string' },
  company: { type: 'string' },
  'staff-file': { type: 'string' },
  payment: { type: 'string' },
  find: { type: 'string' },
  date: { type: 'string' },
  json: { type: 'boolean' },
} as const;
const withinMs = 10_000;

type Ask = <S extends TSchema>(path: string, schema: S) => Promise<Static<S>>;

/** @throws ScanPayError with the service's code, or `upstream_unavailable` */
function createAsk(url: string, authorization: string | undefined): Ask {
  const headers = authorization === undefined ? {} : { authorization };
  return async (path, schema) => {
    const response = await fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(withinMs) });
    const body: unknown = await response.json();
    if (!response.ok) {
      const refusal = createParser(ErrorBodySchema)(body);
      if (refusal.ok) {
        const { code, message, detail } = refusal.value;
        throw new ScanPayError(code, `${path}: ${message.en} ${detail}`.trimEnd());
      }
      throw new ScanPayError('upstream_unavailable', `${path}: status ${response.status}`);
    }
    const parsed = createParser(schema)(body);
    if (!parsed.ok) throw new ScanPayError('upstream_unavailable', `${path}: ${parsed.detail}`);
    return parsed.value;
  };
}

const readDebts = (ask: Ask, company: string | undefined) =>
  ask(company === undefined ? '/v1/debts' : '/v1/settlement/debts', DebtListSchema);

async function readPayment(ask: Ask, company: string | undefined, payment: string): Promise<Reconciliation> {
  const id = encodeURIComponent(payment);
  if (company === undefined) return ask(`/v1/reconciliation/${id}`, ReconciliationSchema);
  const trace = await ask(`/v1/settlement/payments/${id}`, PaymentTraceSchema).catch((error: unknown) => {
    if (error instanceof ScanPayError && error.code === 'not_found') return null;
    throw error;
  });
  return { paymentId: payment as PaymentId, companies: [{ company, trace, problem: null }] };
}

async function readFindings(
  ask: Ask,
  company: string | undefined,
  find: string,
  businessDate: string | undefined,
): Promise<Findings> {
  const query = new URLSearchParams({ find, ...(businessDate === undefined ? {} : { businessDate }) });
  if (company === undefined) return ask(`/v1/search?${query}`, FindingsSchema);
  return { ...(await ask(`/v1/settlement/search?${query}`, BookFindingsSchema)), problems: [] };
}

interface Said {
  /** For `--json`. */
  value: unknown;
  text: string;
  isGood: boolean;
}

async function sayDebts(ask: Ask, company: string | undefined): Promise<Said> {
  const { debts } = await readDebts(ask, company);
  const isGood = debts.every(({ debtorWon, creditorWon }) => (debtorWon ?? creditorWon) === (creditorWon ?? debtorWon));
  return { value: { debts }, text: formatDebts(debts), isGood };
}

async function sayPayment(ask: Ask, company: string | undefined, payment: string): Promise<Said> {
  const found = await readPayment(ask, company, payment);
  const isGood = found.companies.some(({ trace }) => trace !== null);
  return { value: found, text: formatReconciliation(found), isGood };
}

/** One payment is followed at once; of several, or of statements, it says which there are. */
async function sayFound(ask: Ask, company: string | undefined, find: string, date: string | undefined): Promise<Said> {
  const found = await readFindings(ask, company, find, date);
  const payments = new Set(found.events.map(({ paymentId }) => paymentId));
  const [only] = payments;
  if (only !== undefined && payments.size === 1 && found.statements.length === 0) return sayPayment(ask, company, only);
  const isGood = found.events.length + found.statements.length > 0;
  return { value: found, text: formatFindings(found), isGood };
}

/** Resolves with the exit code. */
export async function runReconcile(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({ options, args: [...args] });
    const { url, company, payment, find, date } = values;
    if (url === undefined) throw new ScanPayError('configuration', 'say --url URL');
    if (company !== undefined && !companies.some((each) => each === company)) {
      throw new ScanPayError('configuration', `--company is one of ${companies.join(', ')}`);
    }
    // The sandbox asks nobody who he is: it is shown no password.
    const ask = createAsk(url, company === undefined ? undefined : readStaffCredentials(values['staff-file']));
    const say = (): Promise<Said> => {
      if (find !== undefined) return sayFound(ask, company, find, date);
      return payment === undefined ? sayDebts(ask, company) : sayPayment(ask, company, payment);
    };
    const { value, text, isGood } = await say();
    process.stdout.write(`${values.json === true ? JSON.stringify(value, null, 2) : text}\n`);
    return isGood ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 78;
  }
}

if (import.meta.main) process.exitCode = await runReconcile(process.argv.slice(2));
