import type { CancelStore } from '../../../ports/operator-payment-store.ts';
import { appendLedgerEntry } from '../ledger/append-entry.ts';
import { firstOpenBusinessDate } from '../ledger/closed-dates.ts';
import { movePayment, restoreEntitlement } from './payment-moves.ts';
import { toCancel, toCancelRow } from './payment-rows.ts';
import type { CancelTable, OperatorTables } from './tables.ts';
import { type OperatorDb, type OperatorTrx, transact } from './transaction.ts';

type BeginOutcome = 'begun' | 'window-closed' | 'moved';

export function createCancelStore(db: OperatorDb): CancelStore {
  const all = () => db.selectFrom('operator_cancels').selectAll();
  return {
    async findCancel(cancelId) {
      const row = await all().where('cancel_id', '=', cancelId).executeTakeFirst();
      return row && toCancel(row);
    },
    async listCancels(paymentId) {
      const rows = await all().where('payment_id', '=', paymentId).orderBy('cancel_id').execute();
      return rows.map(toCancel);
    },
    addDeclinedCancel: (cancel, nowMs) => transact<boolean>(db, (trx) => insertCancel(trx, toCancelRow(cancel, nowMs))),
    beginCancel: (cancel, today, nowMs) =>
      transact<BeginOutcome>(db, async (trx, undo) => {
        const { paymentId } = cancel;
        if (!(await insertCancel(trx, toCancelRow(cancel, nowMs)))) return undo('moved');
        const payment = await trx
          .selectFrom('operator_payments')
          .select('business_date')
          .where('payment_id', '=', paymentId)
          .executeTakeFirstOrThrow();
        if ((await firstOpenBusinessDate<OperatorTables>(trx, today)) !== payment.business_date)
          return undo('window-closed');
        const isMoved = await movePayment(trx, paymentId, ['approved'], { state: 'cancelling' }, nowMs);
        return isMoved ? 'begun' : undo('moved');
      }),
    finishCancel: (cancelId, resultJws, entry, nowMs) =>
      transact<boolean>(db, async (trx, undo) => {
        const row = await trx
          .updateTable('operator_cancels')
          .set({ state: entry === null ? 'declined' : 'cancelled', result_jws: resultJws, updated_at_ms: nowMs })
          .where('cancel_id', '=', cancelId)
          .where('state', '=', 'cancelling')
          .returning('payment_id')
          .executeTakeFirst();
        if (row === undefined) return undo(false);
        const { payment_id: paymentId } = row;
        if (entry === null) {
          const isBack = await movePayment(trx, paymentId, ['cancelling'], { state: 'approved' }, nowMs);
          return isBack || undo(false);
        }
        const end = { state: 'cancelled', entitlement_held: 0 } as const;
        if (!(await movePayment(trx, paymentId, ['cancelling'], end, nowMs))) return undo(false);
        await restoreEntitlement(trx, paymentId);
        await appendLedgerEntry(trx, entry);
        return true;
      }),
  };
}

/** False: the cancel id is there already. */
async function insertCancel(trx: OperatorTrx, row: CancelTable): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('operator_cancels')
    .values(row)
    .onConflict((conflict) => conflict.column('cancel_id').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
