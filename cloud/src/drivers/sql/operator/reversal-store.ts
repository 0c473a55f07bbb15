import type { PaymentStore } from '../../../ports/operator-payment-store.ts';
import { appendLedgerEntry } from '../ledger/append-entry.ts';
import { firstOpenBusinessDate, isBusinessDateClosed } from '../ledger/closed-dates.ts';
import { addCancelOrder } from './cash-receipt-store.ts';
import { movePayment, restoreEntitlement } from './payment-moves.ts';
import type { OperatorTables } from './tables.ts';
import { type OperatorDb, transact } from './transaction.ts';

export type ReversalMethods =
  | 'reverseUncharged'
  | 'beginReversal'
  | 'adoptReversal'
  | 'moveReversal'
  | 'finishReversal';

export function createReversalStore(db: OperatorDb): Pick<PaymentStore, ReversalMethods> {
  return {
    reverseUncharged: (paymentId, from, reversalJws, resultJws, nowMs) =>
      transact<boolean>(db, (trx) => {
        const to = { state: 'reversed', reversal_jws: reversalJws, result_jws: resultJws } as const;
        return movePayment(trx, paymentId, [from], to, nowMs);
      }),
    // On the payment's own date while that is open, so that it appears in no statement (DESIGN §3).
    beginReversal: (paymentId, from, reversalJws, today, nowMs) =>
      transact<boolean>(db, async (trx) => {
        const payment = await trx
          .selectFrom('operator_payments')
          .select(['business_date', 'refund_count'])
          .where('payment_id', '=', paymentId)
          .executeTakeFirst();
        if (payment === undefined || payment.refund_count > 0) return false;
        const isClosed = await isBusinessDateClosed<OperatorTables>(trx, payment.business_date);
        const reversalDate = isClosed ? await firstOpenBusinessDate<OperatorTables>(trx, today) : payment.business_date;
        const to = {
          state: 'reversing',
          reversal_cause: reversalJws === null ? 'upstream' : 'terminal',
          reversal_jws: reversalJws,
          reversal_date: reversalDate,
        } as const;
        return movePayment(trx, paymentId, [from], to, nowMs);
      }),
    adoptReversal: (paymentId, reversalJws, nowMs) =>
      transact<boolean>(db, (trx) => {
        const to = { reversal_cause: 'terminal', reversal_jws: reversalJws } as const;
        return movePayment(trx, paymentId, ['reversing'], to, nowMs);
      }),
    moveReversal: (paymentId, notBefore, nowMs) =>
      transact<void>(db, async (trx) => {
        const reversalDate = await firstOpenBusinessDate<OperatorTables>(trx, notBefore);
        await movePayment(trx, paymentId, ['reversing'], { reversal_date: reversalDate }, nowMs);
      }),
    finishReversal: ({ paymentId, reversalCause, reversalDate }, end, entry, nowMs) =>
      transact<boolean>(db, async (trx, undo) => {
        const { numUpdatedRows } = await trx
          .updateTable('operator_payments')
          .set({
            state: end.state,
            decline_code: end.declineCode,
            result_jws: end.resultJws,
            entitlement_held: 0,
            updated_at_ms: nowMs,
          })
          .where('payment_id', '=', paymentId)
          .where('state', '=', 'reversing')
          .where('reversal_cause', '=', reversalCause)
          .where('reversal_date', '=', reversalDate)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n) return undo(false);
        await restoreEntitlement(trx, paymentId);
        if (entry !== null) await appendLedgerEntry(trx, entry);
        await addCancelOrder(trx, paymentId, null, nowMs);
        return true;
      }),
  };
}
