import { accept } from '@scanpay/shared/errors.ts';
import type { Kysely, Transaction } from 'kysely';
import type { CardBooking, CardPayment, CardStore } from '../../../ports/card-store.ts';
import { closingDates } from '../book-locks.ts';
import { appendLedgerEntry } from '../ledger/append-entry.ts';
import { closeBusinessDate } from '../ledger/closed-dates.ts';
import { findOwnEvidence } from '../ledger/evidence.ts';
import { requireOneRow, writeUnlessOvertaken } from '../overtaken.ts';
import { prepareQuery } from '../prepare-query.ts';
import { createNoticeMethods } from './notice-queue.ts';
import { toCancel, toCancelRow, toPayment, toPaymentRow } from './payment-rows.ts';
import type { CardNoticeTable, CardPaymentTable, CardTables } from './tables.ts';

type Trx = Transaction<CardTables>;

/** The card company's store on Kysely. The caller has run `ledgerMigrations` and `cardMigrations` on the database. */
export function createCardStore(db: Kysely<CardTables>): CardStore {
  return {
    ...createPaymentMethods(db),
    ...createCancelMethods(db),
    ...createNoticeMethods(db),
    findEvidence: (key) => findOwnEvidence(db, key),
    closeBusinessDate: (businessDate, nowMs) =>
      closingDates(db, async (trx) => {
        await closeBusinessDate(trx, businessDate, nowMs);
        return accept(undefined);
      }),
  };
}

const insertPayment = prepareQuery<CardTables, CardPaymentTable, unknown>((db, row) =>
  db
    .insertInto('card_payments')
    .values(row)
    .onConflict((conflict) => conflict.column('payment_id').doNothing()),
);
const insertNotice = prepareQuery<CardTables, CardNoticeTable, unknown>((db, row) =>
  db.insertInto('card_notices').values(row),
);

async function book(trx: Trx, { entry, notice }: CardBooking, nowMs: number): Promise<void> {
  if (entry !== null) await appendLedgerEntry(trx, entry);
  if (notice === null) return;
  const { noticeId, toMobile, subject, text } = notice;
  await insertNotice.run(trx, {
    notice_id: noticeId,
    to_mobile: toMobile,
    subject,
    text,
    failures: 0,
    due_at_ms: nowMs,
  });
}

async function replace(trx: Trx, payment: CardPayment, nowMs: number): Promise<void> {
  const { state, version, refunded } = payment;
  const { refundedWon, refundCount } = refunded;
  const { numUpdatedRows } = await trx
    .updateTable('card_payments')
    .set({ state, version, refunded_won: refundedWon, refund_count: refundCount, updated_at_ms: nowMs })
    .where('payment_id', '=', payment.paymentId)
    .where('version', '=', version - 1)
    .executeTakeFirstOrThrow();
  requireOneRow(numUpdatedRows);
}

function createPaymentMethods(db: Kysely<CardTables>): Pick<CardStore, 'addPayment' | 'findPayment' | 'savePayment'> {
  return {
    addPayment: (payment, booking, nowMs) =>
      writeUnlessOvertaken(db, async (trx) => {
        requireOneRow(await insertPayment.run(trx, toPaymentRow(payment, nowMs)));
        await book(trx, booking, nowMs);
      }),
    async findPayment(paymentId) {
      const row = await db
        .selectFrom('card_payments')
        .selectAll()
        .where('payment_id', '=', paymentId)
        .executeTakeFirst();
      return row && toPayment(row);
    },
    savePayment: (payment, booking, nowMs) =>
      writeUnlessOvertaken(db, async (trx) => {
        await replace(trx, payment, nowMs);
        await book(trx, booking, nowMs);
      }),
  };
}

function createCancelMethods(db: Kysely<CardTables>): Pick<CardStore, 'findCancel' | 'addCancel'> {
  return {
    async findCancel(cancelId) {
      const row = await db.selectFrom('card_cancels').selectAll().where('cancel_id', '=', cancelId).executeTakeFirst();
      return row && toCancel(row);
    },
    addCancel: (cancel, payment, booking, nowMs) =>
      writeUnlessOvertaken(db, async (trx) => {
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('card_cancels')
          .values(toCancelRow(cancel))
          .onConflict((conflict) => conflict.column('cancel_id').doNothing())
          .executeTakeFirstOrThrow();
        requireOneRow(numInsertedOrUpdatedRows);
        if (payment !== null) await replace(trx, payment, nowMs);
        await book(trx, booking, nowMs);
      }),
  };
}
