import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { accept, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { Kysely, Transaction, Updateable } from 'kysely';
import type { Booking, PgPayment, PgPaymentStore } from '../../../ports/pg-store.ts';
import { closingDates } from '../book-locks.ts';
import { appendLedgerEntry } from '../ledger/append-entry.ts';
import { closeBusinessDate, isBusinessDateClosed } from '../ledger/closed-dates.ts';
import { findOwnEvidence } from '../ledger/evidence.ts';
import { requireOneRow, writeUnlessOvertaken } from '../overtaken.ts';
import { prepareQuery } from '../prepare-query.ts';
import { toCancel, toCancelRow, toChangingColumns, toPayment, toPaymentRow } from './payment-rows.ts';
import type { PgPaymentTable, PgTables } from './tables.ts';

type PaymentMethods = 'addPayment' | 'findPayment' | 'savePayment' | 'listUnresolvedPayments';
type CancelMethods = 'findCancel' | 'addCancel' | 'finishCancel' | 'listUnresolvedCancels';

export function createPgPaymentStore(db: Kysely<PgTables>): PgPaymentStore {
  return {
    ...createPaymentMethods(db),
    ...createCancelMethods(db),
    findEvidence: (key) => findOwnEvidence(db, key),
    closeBusinessDate: (businessDate, nowMs) =>
      closingDates(db, async (trx) => {
        if (await isBusinessDateClosed<PgTables>(trx, businessDate)) return accept(undefined);
        if (await hasOpenPayments(trx, businessDate)) return refuse('date_open_payments', businessDate);
        await closeBusinessDate(trx, businessDate, nowMs);
        return accept(undefined);
      }),
  };
}

async function book(trx: Transaction<PgTables>, booking: Booking): Promise<void> {
  const { entry, openDate } = booking;
  if (openDate !== null && (await isBusinessDateClosed<PgTables>(trx, openDate)))
    throw new ScanPayError('date_closed', openDate);
  if (entry !== null) await appendLedgerEntry(trx, entry);
}

const insertPayment = prepareQuery<PgTables, PgPaymentTable, unknown>((db, row) =>
  db
    .insertInto('pg_payments')
    .values(row)
    .onConflict((conflict) => conflict.column('payment_id').doNothing()),
);
interface Change {
  paymentId: PaymentId;
  /** The version it must still have. */
  from: number;
  to: Updateable<PgPaymentTable>;
}
const changePayment = prepareQuery<PgTables, Change, unknown>((db, { paymentId, from, to }) =>
  db.updateTable('pg_payments').set(to).where('payment_id', '=', paymentId).where('version', '=', from),
);

async function replace(trx: Transaction<PgTables>, payment: PgPayment, nowMs: number): Promise<void> {
  const { paymentId, version } = payment;
  requireOneRow(await changePayment.run(trx, { paymentId, from: version - 1, to: toChangingColumns(payment, nowMs) }));
}

function createPaymentMethods(db: Kysely<PgTables>): Pick<PgPaymentStore, PaymentMethods> {
  return {
    addPayment: (payment, booking, nowMs) =>
      writeUnlessOvertaken(db, async (trx) => {
        requireOneRow(await insertPayment.run(trx, toPaymentRow(payment, nowMs)));
        await book(trx, booking);
      }),
    async findPayment(paymentId) {
      const row = await db.selectFrom('pg_payments').selectAll().where('payment_id', '=', paymentId).executeTakeFirst();
      return row && toPayment(row);
    },
    savePayment: (payment, booking, nowMs) =>
      writeUnlessOvertaken(db, async (trx) => {
        await replace(trx, payment, nowMs);
        await book(trx, booking);
      }),
    async listUnresolvedPayments(limit) {
      const rows = await db
        .selectFrom('pg_payments')
        .select('payment_id')
        .where('state', 'in', ['authorising', 'reversing'])
        .orderBy('payment_id')
        .limit(limit)
        .execute();
      return rows.map((row) => row.payment_id);
    },
  };
}

function createCancelMethods(db: Kysely<PgTables>): Pick<PgPaymentStore, CancelMethods> {
  return {
    async findCancel(cancelId) {
      const row = await db.selectFrom('pg_cancels').selectAll().where('cancel_id', '=', cancelId).executeTakeFirst();
      return row && toCancel(row);
    },
    addCancel: (cancel, payment, booking, nowMs) =>
      writeUnlessOvertaken(db, async (trx) => {
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('pg_cancels')
          .values(toCancelRow(cancel, nowMs))
          .onConflict((conflict) => conflict.column('cancel_id').doNothing())
          .executeTakeFirstOrThrow();
        requireOneRow(numInsertedOrUpdatedRows);
        if (payment !== null) await replace(trx, payment, nowMs);
        await book(trx, booking);
      }),
    finishCancel: (cancel, payment, booking, nowMs) =>
      writeUnlessOvertaken(db, async (trx) => {
        const { state, declineCode, cancelledAtMs } = cancel;
        const { numUpdatedRows } = await trx
          .updateTable('pg_cancels')
          .set({ state, decline_code: declineCode, cancelled_at_ms: cancelledAtMs, updated_at_ms: nowMs })
          .where('cancel_id', '=', cancel.cancelId)
          .where('state', '=', 'cancelling')
          .executeTakeFirstOrThrow();
        requireOneRow(numUpdatedRows);
        await replace(trx, payment, nowMs);
        await book(trx, booking);
      }),
    async listUnresolvedCancels(limit) {
      const rows = await db
        .selectFrom('pg_cancels')
        .select('cancel_id')
        .where('state', '=', 'cancelling')
        .orderBy('cancel_id')
        .limit(limit)
        .execute();
      return rows.map((row) => row.cancel_id);
    },
  };
}

/** Whether something may yet be booked under this date. */
async function hasOpenPayments(db: Kysely<PgTables>, businessDate: BusinessDate): Promise<boolean> {
  const payment = await db
    .selectFrom('pg_payments')
    .select('payment_id')
    .where('state', 'in', ['authorising', 'reversing'])
    .where((eb) => eb.or([eb('business_date', '=', businessDate), eb('reversal_date', '=', businessDate)]))
    .limit(1)
    .executeTakeFirst();
  if (payment !== undefined) return true;
  const cancel = await db
    .selectFrom('pg_cancels')
    .select('cancel_id')
    .where('state', '=', 'cancelling')
    .where('business_date', '=', businessDate)
    .limit(1)
    .executeTakeFirst();
  return cancel !== undefined;
}
