import type { StatementState } from '@scanpay/shared/api/settlement.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import { type Won, won } from '@scanpay/shared/money.ts';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { PayoutEntry } from '../../../ports/ledger.ts';
import type { SettlementStore } from '../../../ports/settlement-store.ts';
import { lockChain } from '../book-locks.ts';
import { appendLedgerEntry } from './append-entry.ts';
import { statementColumns, toStoredStatement } from './statement-rows.ts';
import type { LedgerTables } from './tables.ts';

type MerchantPayouts = Pick<SettlementStore, 'listDue' | 'payMerchant' | 'readDueWon'>;

export function createMerchantPayouts(db: Kysely<LedgerTables>): MerchantPayouts {
  return {
    async listDue(today, merchantId) {
      const rows = await db
        .selectFrom('statements')
        .select(statementColumns)
        .where('direction', '=', 'sent')
        .where('state', 'in', ['approved', 'disputed'])
        // One without a payout date is paid as soon as it is answered.
        .where(sql`coalesce(payout_date, business_date)`, '<=', today)
        .where('receiver', '=', merchantId)
        .orderBy('business_date')
        .orderBy('statement_id')
        .execute();
      return rows.map(toStoredStatement);
    },
    payMerchant: (merchantId, payouts, nowMs, toTransfer) =>
      db.transaction().execute(async (trx) => {
        // Before the first statement: who pays others of the same merchant meanwhile comes after all of these.
        await lockChain<LedgerTables>(trx);
        for (const { entry, paidWon } of payouts) await clearStatement(trx, entry, { paidWon, adviceJws: null }, nowMs);
        const dueWon = await readDueWon(trx, merchantId);
        if (dueWon <= 0) return won(0);
        const transfer = toTransfer(dueWon);
        await appendLedgerEntry(trx, transfer);
        await trx
          .updateTable('statements')
          .set({ transfer_id: transfer.transferId })
          .where('direction', '=', 'sent')
          .where('receiver', '=', merchantId)
          .where('state', 'in', ['paid', 'part-paid'])
          .where('transfer_id', 'is', null)
          .execute();
        return dueWon;
      }),
    readDueWon: (merchantId) => readDueWon(db, merchantId),
  };
}

async function readDueWon(db: Kysely<LedgerTables>, merchantId: MerchantId): Promise<Won> {
  const row = await db
    .selectFrom('ledger_entries')
    .innerJoin('ledger_postings', 'entry_seq', 'seq')
    .select(({ fn }) => fn.sum<number | string | null>('amount_won').as('amount'))
    .where('merchant_id', '=', merchantId)
    .where('payment_id', 'is', null)
    .where('account', '=', 'merchant-settlement')
    .executeTakeFirst();
  // What is owed stands on the credit side.
  return won(-Number(row?.amount ?? 0));
}

/** Clears a statement once; false: it was not waiting for that. */
export async function clearStatement(
  trx: Transaction<LedgerTables>,
  entry: PayoutEntry,
  { paidWon, adviceJws }: { paidWon: Won; adviceJws: string | null },
  nowMs: number,
): Promise<boolean> {
  const move = async (from: StatementState, to: StatementState): Promise<boolean> => {
    const { numUpdatedRows } = await trx
      .updateTable('statements')
      .set({ state: to, paid_won: paidWon, advice_jws: adviceJws, updated_at_ms: nowMs })
      .where('statement_id', '=', entry.statementId)
      .where('state', '=', from)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  };
  if (!(await move('approved', 'paid')) && !(await move('disputed', 'part-paid'))) return false;
  await appendLedgerEntry(trx, entry);
  return true;
}
