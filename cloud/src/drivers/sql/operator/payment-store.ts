import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { Selectable } from 'kysely';
import type {
  AcceptOutcome,
  PaymentBasis,
  PaymentState,
  PaymentStore,
  PaymentTerms,
} from '../../../ports/operator-payment-store.ts';
import { appendLedgerEntry } from '../ledger/append-entry.ts';
import { firstOpenBusinessDate, isBusinessDateClosed } from '../ledger/closed-dates.ts';
import { findSalePayoutDate } from '../ledger/sale-payout-date.ts';
import { prepareQuery } from '../prepare-query.ts';
import { addIssueOrder } from './cash-receipt-store.ts';
import { consumeEntitlement, movePayment, noteLateArrival, restoreEntitlement } from './payment-moves.ts';
import { toPayment, toPaymentRow, toTermsColumns } from './payment-rows.ts';
import { createReversalStore, type ReversalMethods } from './reversal-store.ts';
import type { OperatorTables, PaymentTable } from './tables.ts';
import { type OperatorDb, type OperatorTrx, transact } from './transaction.ts';

const unresolvedStates = ['authorising', 'reversing', 'cancelling'] as const satisfies PaymentState[];

export function createPaymentStore(db: OperatorDb): PaymentStore {
  return { ...createReading(db), ...createAccepting(db), ...createDeciding(db), ...createReversalStore(db) };
}

type ReadingMethods = 'findPayment' | 'findSalePayoutDate' | 'listUnresolved' | 'listPayments';
type AcceptingMethods = 'addUncharged' | 'acceptRequest' | 'acceptConfirm' | 'declineConfirm';
type DecidingMethods = Exclude<keyof PaymentStore, ReadingMethods | AcceptingMethods | ReversalMethods>;

const findPayment = prepareQuery<OperatorTables, { paymentId: PaymentId }, Selectable<PaymentTable>>(
  (db, { paymentId }) => db.selectFrom('operator_payments').selectAll().where('payment_id', '=', paymentId),
);
const addPayment = prepareQuery<OperatorTables, PaymentTable, unknown>((db, row) =>
  db
    .insertInto('operator_payments')
    .values(row)
    .onConflict((conflict) => conflict.column('payment_id').doNothing()),
);

function createReading(db: OperatorDb): Pick<PaymentStore, ReadingMethods> {
  return {
    async findPayment(paymentId) {
      const row = await findPayment.first(db, { paymentId });
      return row && toPayment(row);
    },
    findSalePayoutDate: (paymentId) => findSalePayoutDate<OperatorTables>(db, paymentId),
    async listUnresolved(untouchedSinceMs, limit) {
      const rows = await db
        .selectFrom('operator_payments')
        .select('payment_id')
        .where('state', 'in', unresolvedStates)
        .where('updated_at_ms', '<', untouchedSinceMs)
        .orderBy('payment_id')
        .limit(limit)
        .execute();
      return rows.map((row) => row.payment_id);
    },
    async listPayments(businessDate, after, limit) {
      const rows = await db
        .selectFrom('operator_payments')
        .selectAll()
        .where('business_date', '=', businessDate)
        .where('payment_id', '>', after ?? ('' as PaymentId))
        .orderBy('payment_id')
        .limit(limit)
        .execute();
      return rows.map(toPayment);
    },
  };
}

/** False: the payment id is there already. */
async function insertPayment(trx: OperatorTrx, row: PaymentTable): Promise<boolean> {
  return (await addPayment.run(trx, row)) === 1;
}

function createAccepting(db: OperatorDb): Pick<PaymentStore, AcceptingMethods> {
  /** Writes the payment under its date, takes the use: all or nothing. */
  const accept = (
    basis: PaymentBasis,
    terms: PaymentTerms,
    businessDate: BusinessDate,
    write: (trx: OperatorTrx) => Promise<boolean>,
  ): Promise<AcceptOutcome> =>
    transact<AcceptOutcome>(db, async (trx, undo) => {
      if (!(await write(trx))) return undo({ kind: 'moved' });
      if (await isBusinessDateClosed<OperatorTables>(trx, businessDate)) return undo({ kind: 'unavailable' });
      const isTaken = basis.couponId !== null && (await consumeEntitlement(trx, basis.couponId, terms));
      return isTaken ? { kind: 'accepted' } : undo({ kind: 'unavailable' });
    });

  return {
    addUncharged: (payment, today, nowMs) =>
      transact<boolean>(db, async (trx) => {
        const businessDate = await firstOpenBusinessDate<OperatorTables>(trx, today);
        const first = {
          state: payment.state,
          result_jws: payment.resultJws,
          decline_code: payment.declineCode,
          reversal_jws: payment.reversalJws,
          tombstone: payment.reversalJws === null ? 0 : 1,
        } as const;
        return insertPayment(trx, toPaymentRow(payment, businessDate, nowMs, first));
      }),
    acceptRequest: (basis, terms, businessDate, nowMs) =>
      accept(basis, terms, businessDate, (trx) => {
        const held = { state: 'authorising', entitlement_held: 1, ...toTermsColumns(terms) } as const;
        return insertPayment(trx, toPaymentRow(basis, businessDate, nowMs, held));
      }),
    acceptConfirm: (payment, confirmJws, terms, businessDate, nowMs) =>
      accept(payment, terms, businessDate, (trx) => {
        const to = {
          state: 'authorising',
          entitlement_held: 1,
          ...toTermsColumns(terms),
          business_date: businessDate,
          confirm_jws: confirmJws,
          result_jws: null,
        } as const;
        return movePayment(trx, payment.paymentId, ['recheck'], to, nowMs);
      }),
    declineConfirm: (paymentId, confirmJws, code, resultJws, nowMs) =>
      transact<boolean>(db, (trx) => {
        const to = { state: 'declined', confirm_jws: confirmJws, decline_code: code, result_jws: resultJws } as const;
        return movePayment(trx, paymentId, ['recheck'], to, nowMs);
      }),
  };
}

function createDeciding(db: OperatorDb): Pick<PaymentStore, DecidingMethods> {
  return {
    approve: (paymentId, approval, resultJws, entry, nowMs, cashReceipt = null) =>
      transact<boolean>(db, async (trx, undo) => {
        const to = {
          state: 'approved',
          approval_number: approval.approvalNumber,
          approved_at_ms: approval.approvedAtMs,
          card_last4: approval.cardLast4,
          result_jws: resultJws,
          booked: 1,
        } as const;
        if (!(await movePayment(trx, paymentId, ['authorising'], to, nowMs))) return undo(false);
        await noteLateArrival(trx, paymentId);
        await appendLedgerEntry(trx, entry);
        if (cashReceipt !== null) await addIssueOrder(trx, paymentId, cashReceipt, approval.approvedAtMs, nowMs);
        return true;
      }),
    decline: (paymentId, code, resultJws, nowMs) =>
      transact<boolean>(db, async (trx, undo) => {
        const to = { state: 'declined', decline_code: code, result_jws: resultJws, entitlement_held: 0 } as const;
        if (!(await movePayment(trx, paymentId, ['authorising'], to, nowMs))) return undo(false);
        await restoreEntitlement(trx, paymentId);
        return true;
      }),
  };
}
