/**
 * `scanpay-cloud reconcile --url SANDBOX [--payment ID | --find TEXT [--date DATE]] [--json]`: who owes whom; or where the
 * money of one payment is: contract, entries, statements and transfers at every company; or what the books have of a
 * receipt's code, a number, or an amount of a date. Asks the companies' own APIs through the
 * sandbox, or whatever gateway offers the same routes.
 *
 * Exit code 0: the books agree, the payment was found; 1: they do not, or it was not; 78: cannot be asked.
 */
import { parseArgs } from 'node:util';
import { DebtListSchema, FindingsSchema, ReconciliationSchema } from '@scanpay/shared/api/reconciliation.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { Static, TSchema } from 'typebox';
import { formatDebts, formatFindings, formatReconciliation } from './format-reconciliation.ts';

const text = { type: 'string' } as const;
const options = { url: text, payment: text, find: text, date: text, json: { type: 'boolean' } } as const;
const withinMs = 10_000;

async function ask<S extends TSchema>(url: string, schema: S): Promise<Static<S>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
  const body: unknown = await response.json();
  if (!response.ok) throw new ScanPayError('upstream_unavailable', `${url}: ${JSON.stringify(body).slice(0, 300)}`);
  const parsed = createParser(schema)(body);
  if (!parsed.ok) throw new ScanPayError('upstream_unavailable', `${url}: ${parsed.detail}`);
  return parsed.value;
}

interface Said {
  /** For `--json`. */
  value: unknown;
  text: string;
  isGood: boolean;
}

async function sayDebts(url: string): Promise<Said> {
  const { debts } = await ask(`${url}/v1/debts`, DebtListSchema);
  const isGood = debts.every(({ debtorWon, creditorWon }) => (debtorWon ?? creditorWon) === (creditorWon ?? debtorWon));
  return { value: { debts }, text: formatDebts(debts), isGood };
}

async function sayPayment(url: string, paymentId: string): Promise<Said> {
  const found = await ask(`${url}/v1/reconciliation/${encodeURIComponent(paymentId)}`, ReconciliationSchema);
  const isGood = found.companies.some(({ trace }) => trace !== null);
  return { value: found, text: formatReconciliation(found), isGood };
}

/** One payment is followed at once; of several, or of statements, it says which there are. */
async function sayFound(url: string, find: string, date: string | undefined): Promise<Said> {
  const query = new URLSearchParams({ find, ...(date === undefined ? {} : { businessDate: date }) });
  const found = await ask(`${url}/v1/search?${query}`, FindingsSchema);
  const payments = [...new Set(found.events.map(({ paymentId }) => paymentId))];
  const [only] = payments;
  if (only !== undefined && payments.length === 1 && found.statements.length === 0) return sayPayment(url, only);
  const isGood = found.events.length + found.statements.length > 0;
  return { value: found, text: formatFindings(found), isGood };
}

/** Resolves with the exit code. */
export async function runReconcile(args: readonly string[]): Promise<number> {
  try {
    const { url, payment, find, date, json } = parseArgs({ options, args: [...args] }).values;
    if (url === undefined) throw new ScanPayError('configuration', 'say --url SANDBOX');
    const asked = find === undefined ? undefined : await sayFound(url, find, date);
    const {
      value,
      text: words,
      isGood,
    } = asked ?? (await (payment === undefined ? sayDebts(url) : sayPayment(url, payment)));
    process.stdout.write(`${json === true ? JSON.stringify(value, null, 2) : words}\n`);
    return isGood ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 78;
  }
}

if (import.meta.main) process.exitCode = await runReconcile(process.argv.slice(2));
