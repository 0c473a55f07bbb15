/**
 * `node cloud/src/reconcile/main.ts --url SANDBOX [--payment ID] [--json]`: who owes whom, or where the money of one
 * payment is: contract, entries, statements and transfers at every company. Asks the companies' own APIs through the
 * sandbox, or whatever gateway offers the same routes.
 *
 * Exit code 0: the books agree, the payment was found; 1: they do not, or it was not; 78: cannot be asked.
 */
import { parseArgs } from 'node:util';
import { DebtListSchema, ReconciliationSchema } from '@scanpay/shared/api/reconciliation.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { Static, TSchema } from 'typebox';
import { formatDebts, formatReconciliation } from './format-reconciliation.ts';

const options = { url: { type: 'string' }, payment: { type: 'string' }, json: { type: 'boolean' } } as const;
const withinMs = 10_000;

async function ask<S extends TSchema>(url: string, schema: S): Promise<Static<S>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
  const body: unknown = await response.json();
  if (!response.ok) throw new ScanPayError('upstream_unavailable', `${url}: ${JSON.stringify(body).slice(0, 300)}`);
  const parsed = createParser(schema)(body);
  if (!parsed.ok) throw new ScanPayError('upstream_unavailable', `${url}: ${parsed.detail}`);
  return parsed.value;
}

/** Resolves with the exit code. */
export async function runReconcile(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({ options, args: [...args] });
    if (values.url === undefined) throw new ScanPayError('configuration', 'say --url SANDBOX');
    if (values.payment === undefined) {
      const { debts } = await ask(`${values.url}/v1/debts`, DebtListSchema);
      process.stdout.write(`${values.json === true ? JSON.stringify({ debts }, null, 2) : formatDebts(debts)}\n`);
      const agree = debts.every(
        ({ debtorWon, creditorWon }) => (debtorWon ?? creditorWon) === (creditorWon ?? debtorWon),
      );
      return agree ? 0 : 1;
    }
    const path = `/v1/reconciliation/${encodeURIComponent(values.payment)}`;
    const found = await ask(`${values.url}${path}`, ReconciliationSchema);
    process.stdout.write(`${values.json === true ? JSON.stringify(found, null, 2) : formatReconciliation(found)}\n`);
    return found.companies.some(({ trace }) => trace !== null) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 78;
  }
}

if (import.meta.main) process.exitCode = await runReconcile(process.argv.slice(2));
