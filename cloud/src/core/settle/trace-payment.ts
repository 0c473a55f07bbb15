import type { PaymentTrace } from '@scanpay/shared/api/reconciliation.ts';
import type { PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import type { Company } from '../../ports/ledger.ts';
import type { ChainedEntry } from '../../ports/ledger-chain.ts';
import type { SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';
import { chartOfAccounts } from './chart-of-accounts.ts';
import { toStatementRow } from './statement-row.ts';

/** The version of the contract that a payment was divided by, from the company's own record of it. */
export type ContractVersionOf = (paymentId: PaymentId) => Promise<number | null>;

/** Where the money of a payment is at one company; undefined: it is not in the book. */
export async function tracePayment(
  {
    company,
    store,
    contractVersionOf,
  }: {
    company: Company;
    store: Pick<SettlementStore, 'findPaymentEntries' | 'listCovering'>;
    contractVersionOf: ContractVersionOf;
  },
  paymentId: PaymentId,
): Promise<PaymentTrace | undefined> {
  const booked = await store.findPaymentEntries(paymentId);
  if (booked.length === 0) return undefined;
  const statements = new Map<StatementId, StoredStatement>();
  // What was paid in cash never was at the card company.
  const isCash = booked.some(({ entry }) => 'tender' in entry && entry.tender === 'cash');
  for (const { entry } of booked) {
    if (entry.kind === 'payout' || entry.kind === 'transfer') continue;
    const { businessDate, deviceId, payoutDate } = entry;
    const terminal = deviceId === null ? null : { deviceId, payoutDate };
    for (const each of await store.listCovering(businessDate, terminal)) {
      if (!isCash || each.hop !== 'S13') statements.set(each.statementId, each);
    }
  }
  return {
    company,
    paymentId,
    contractVersion: await contractVersionOf(paymentId),
    entries: booked.flatMap(toTraced),
    statements: [...statements.values()].map(toStatementRow),
  };
}

function toTraced({ seq, entry, hash }: ChainedEntry): PaymentTrace['entries'] {
  if (entry.kind === 'payout' || entry.kind === 'transfer') return [];
  const { kind, cancelId, tender, businessDate, atMs, split } = entry;
  const postings = entry.postings.map(({ account, amountWon }) => ({
    account,
    name: chartOfAccounts[account].name,
    amountWon,
  }));
  return [{ seq, kind, cancelId, tender, businessDate, atMs, split, postings, hash }];
}
