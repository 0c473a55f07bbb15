import type { PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import type { RefundedSoFar } from '@scanpay/shared/settlement/refund-limit.ts';
import type { TaxedAmount } from '@scanpay/shared/tax/tax.ts';
import type { CancelStore } from '../../../ports/operator-payment-store.ts';
import { appendLedgerEntry } from '../ledger/append-entry.ts';
import { firstOpenBusinessDate } from '../ledger/closed-dates.ts';
import { addCancelOrder } from './cash-receipt-store.ts';
import { movePayment, returnEntitlement } from './payment-moves.ts';
import { toCancel, toCancelRow } from './payment-rows.ts';
import type { CancelTable, OperatorTables } from './tables.ts';
import { type OperatorDb, type OperatorTrx, transact } from './transaction.ts';

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
    beginCancel: (cancel, { refundedWon, refundCount }, today, nowMs) =>
      transact<boolean>(db, async (trx, undo) => {
        const businessDate = await firstOpenBusinessDate<OperatorTables>(trx, today);
        if (!(await insertCancel(trx, toCancelRow({ ...cancel, businessDate }, nowMs)))) return undo(false);
        const { numUpdatedRows } = await trx
          .updateTable('operator_payments')
          .set({ state: 'cancelling', updated_at_ms: nowMs })
          .where('payment_id', '=', cancel.paymentId)
          .where('state', '=', 'approved')
          .where('refunded_won', '=', refundedWon)
          .where('refund_count', '=', refundCount)
          .executeTakeFirstOrThrow();
        return numUpdatedRows === 1n || undo(false);
      }),
    moveCancel: (cancelId, notBefore, nowMs) =>
      transact<void>(db, async (trx) => {
        const businessDate = await firstOpenBusinessDate<OperatorTables>(trx, notBefore);
        await trx
          .updateTable('operator_cancels')
          .set({ business_date: businessDate, updated_at_ms: nowMs })
          .where('cancel_id', '=', cancelId)
          .where('state', '=', 'cancelling')
          .execute();
      }),
    finishCancel: ({ cancelId, paymentId, amountWon, businessDate }, resultJws, end, nowMs) =>
      transact<boolean>(db, async (trx, undo) => {
        const state =
          end === null ? ({ state: 'declined' } as const) : ({ state: 'cancelled', ...taxColumns(end.tax) } as const);
        const { numUpdatedRows } = await trx
          .updateTable('operator_cancels')
          .set({ ...state, result_jws: resultJws, updated_at_ms: nowMs })
          .where('cancel_id', '=', cancelId)
          .where('state', '=', 'cancelling')
          .where('business_date', '=', businessDate)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n) return undo(false);
        if (end === null) {
          const isBack = await movePayment(trx, paymentId, ['cancelling'], { state: 'approved' }, nowMs);
          return isBack || undo(false);
        }
        if (!(await endRefund(trx, paymentId, end.refunded, nowMs))) return undo(false);
        await appendLedgerEntry(trx, end.entry);
        const cancelledBeforeWon = won(end.refunded.refundedWon - amountWon);
        const { atMs } = end.entry;
        await addCancelOrder(trx, paymentId, { cancelId, amountWon, cancelledBeforeWon, atMs }, nowMs);
        return true;
      }),
  };
}

const taxColumns = ({ supplyWon, vatWon, taxFreeWon }: TaxedAmount) => ({
  supply_won: supplyWon,
  vat_won: vatWon,
  tax_free_won: taxFreeWon,
});

/** Only a payment given back whole is over, and gives its entitlement back. */
async function endRefund(
  trx: OperatorTrx,
  paymentId: PaymentId,
  { refundedWon, refundCount }: RefundedSoFar,
  nowMs: number,
): Promise<boolean> {
  const counted = { refunded_won: refundedWon, refund_count: refundCount };
  const payment = await trx
    .selectFrom('operator_payments')
    .select('charged_won')
    .where('payment_id', '=', paymentId)
    .executeTakeFirstOrThrow();
  if (payment.charged_won !== refundedWon) {
    return movePayment(trx, paymentId, ['cancelling'], { state: 'approved', ...counted }, nowMs);
  }
  const end = { state: 'cancelled', entitlement_held: 0, ...counted } as const;
  if (!(await movePayment(trx, paymentId, ['cancelling'], end, nowMs))) return false;
  await returnEntitlement(trx, paymentId);
  return true;
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
