import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginCancel, endCancel } from '../../../../core/approve/pg-cancel.ts';
import { makePayment, makeTombstone, stepPayment } from '../../../../core/approve/pg-payment.ts';
import {
  approval,
  cardOrder,
  cashOrder,
  nowMs,
  paymentId,
  today,
  tomorrow,
} from '../../../../core/approve/testing/pg-fixtures.ts';
import type { PgStore } from '../../../../ports/pg-store.ts';
import type { TestDatabase } from '../../testing/test-databases.ts';
import { openPgBook } from './pg-store-fixtures.ts';

const nothing = { entry: null, openDate: null };
const cancelId = '019ab0c0-0000-7000-8000-00000000000c' as CancelId;
const cancelBody = { cancelId, paymentId, amountWon: won(12_300), businessDate: today };

/** What every PG's store must do with payments and cancels. */
export function describePgPaymentStore(database: TestDatabase): void {
  let book: Awaited<ReturnType<typeof openPgBook>>;
  let store: PgStore;
  beforeEach(async () => {
    book = await openPgBook(database);
    ({ store } = book);
  });
  afterEach(() => book.remove());

  describe(`payments on ${database.name}`, () => {
    const authorising = makePayment(paymentId, cardOrder, 'hash', { state: 'authorising' });
    const approve = () => {
      const step = stepPayment(authorising.payment, { kind: 'card-approved', approval, peerJws: 'a.b.c' });
      if (step === undefined) throw new Error('no step');
      return step;
    };

    it('are written once, and only over the version they were made from', async () => {
      expect(await store.addPayment(authorising.payment, authorising.booking, nowMs)).toBe(true);
      expect(await store.addPayment(authorising.payment, authorising.booking, nowMs)).toBe(false);
      const { payment, booking } = approve();
      expect(await store.savePayment(payment, booking, nowMs)).toBe(true);
      expect(await store.savePayment(payment, booking, nowMs)).toBe(false);
      expect(await book.bookedKinds()).toEqual(['sale']);
      await book.db.destroy();
      store = await book.reopen();
      expect(await store.findPayment(paymentId)).toEqual(payment);
    });

    it('keep a tombstone as one', async () => {
      const tombstone = makeTombstone(paymentId);
      await store.addPayment(tombstone, nothing, nowMs);
      expect(await store.findPayment(paymentId)).toEqual(tombstone);
    });

    it('are not begun, booked or changed on a closed date', async () => {
      await store.addPayment(authorising.payment, authorising.booking, nowMs);
      expect(await store.closeBusinessDate(today, nowMs)).toMatchObject({ ok: false, code: 'date_open_payments' });
      const step = approve();
      await store.savePayment(step.payment, step.booking, nowMs);
      expect(await store.closeBusinessDate(today, nowMs)).toEqual({ ok: true, value: undefined });
      expect(await store.closeBusinessDate(today, nowMs)).toEqual({ ok: true, value: undefined });

      const other = '019ab0c0-0000-7000-8000-00000000000b' as PaymentId;
      const late = makePayment(other, cashOrder, 'hash', { state: 'approved', approval });
      await expect(store.addPayment(late.payment, late.booking, nowMs)).rejects.toMatchObject({ code: 'date_closed' });
      expect(await store.findPayment(other)).toBeUndefined();
      const reversal = stepPayment(step.payment, { kind: 'reversal-asked', businessDate: today, atMs: nowMs });
      if (reversal === undefined) throw new Error('no step');
      const saving = store.savePayment(reversal.payment, reversal.booking, nowMs);
      await expect(saving).rejects.toMatchObject({ code: 'date_closed' });
      expect(await store.findPayment(paymentId)).toEqual(step.payment);
    });

    it('hold the date open under which their reversal will be booked', async () => {
      const step = makePayment(paymentId, cardOrder, 'hash', { state: 'approved', approval });
      await store.addPayment(step.payment, step.booking, nowMs);
      const asked = stepPayment(step.payment, { kind: 'reversal-asked', businessDate: tomorrow, atMs: nowMs });
      if (asked === undefined) throw new Error('no step');
      await store.savePayment(asked.payment, asked.booking, nowMs);
      expect(await store.closeBusinessDate(tomorrow, nowMs)).toMatchObject({ code: 'date_open_payments' });
      expect(await store.listUnresolvedPayments(10)).toEqual([paymentId]);
      const done = stepPayment(asked.payment, { kind: 'reversal-acknowledged', atMs: nowMs, peerJws: null });
      if (done === undefined) throw new Error('no step');
      await store.savePayment(done.payment, done.booking, nowMs);
      expect(await store.listUnresolvedPayments(10)).toEqual([]);
      expect(await store.closeBusinessDate(tomorrow, nowMs)).toMatchObject({ ok: true });
      expect(await book.bookedKinds()).toEqual(['sale', 'reversal']);
    });
  });

  describe(`cancels on ${database.name}`, () => {
    const sale = makePayment(paymentId, cardOrder, 'hash', { state: 'approved', approval });

    it('hold the payment, and let it go when declined', async () => {
      await store.addPayment(sale.payment, sale.booking, nowMs);
      const begun = beginCancel(sale.payment, cancelBody, nowMs);
      expect(await store.addCancel(begun.cancel, begun.payment, begun.booking, nowMs)).toBe(true);
      expect(await store.addCancel(begun.cancel, begun.payment, begun.booking, nowMs)).toBe(false);
      expect(await store.findCancel(cancelId)).toEqual(begun.cancel);
      expect(await store.findPayment(paymentId)).toMatchObject({ cancelId, version: 2 });
      expect(await store.listUnresolvedCancels(10)).toEqual([cancelId]);
      expect(await store.closeBusinessDate(today, nowMs)).toMatchObject({ code: 'date_open_payments' });

      const held = begun.payment ?? sale.payment;
      const ended = endCancel(begun.cancel, held, { outcome: 'declined', code: 'refund_limit' });
      expect(await store.finishCancel(ended.cancel, ended.payment, ended.booking, nowMs)).toBe(true);
      expect(await store.finishCancel(ended.cancel, ended.payment, ended.booking, nowMs)).toBe(false);
      expect(await store.findPayment(paymentId)).toMatchObject({ cancelId: null, version: 3 });
      expect(await store.listUnresolvedCancels(10)).toEqual([]);
      expect(await book.bookedKinds()).toEqual(['sale']);
    });

    it('are booked with their end', async () => {
      await store.addPayment(sale.payment, sale.booking, nowMs);
      const begun = beginCancel(sale.payment, cancelBody, nowMs);
      await store.addCancel(begun.cancel, begun.payment, begun.booking, nowMs);
      const held = begun.payment ?? sale.payment;
      const ended = endCancel(begun.cancel, held, { outcome: 'cancelled', cancelledAtMs: nowMs });
      await store.finishCancel(ended.cancel, ended.payment, ended.booking, nowMs);
      expect(await book.bookedKinds()).toEqual(['sale', 'cancel']);
      expect(await store.findPayment(paymentId)).toMatchObject({
        state: 'approved',
        cancelId: null,
        refunded: { refundedWon: 12_300, refundCount: 1 },
      });
    });

    it('leave no trace when the payment has moved on', async () => {
      await store.addPayment(sale.payment, sale.booking, nowMs);
      const begun = beginCancel(sale.payment, cancelBody, nowMs);
      const asked = stepPayment(sale.payment, { kind: 'reversal-asked', businessDate: today, atMs: nowMs });
      if (asked === undefined) throw new Error('no step');
      await store.savePayment(asked.payment, asked.booking, nowMs);
      expect(await store.addCancel(begun.cancel, begun.payment, begun.booking, nowMs)).toBe(false);
      expect(await store.findCancel(cancelId)).toBeUndefined();
    });
  });

  describe(`at once on ${database.name}`, () => {
    const authorising = makePayment(paymentId, cardOrder, 'hash', { state: 'authorising' });
    const approved = stepPayment(authorising.payment, { kind: 'card-approved', approval, peerJws: 'a.b.c' })!;
    /** By turns in either process. */
    const atOnce = <T>(act: (each: PgStore, n: number) => Promise<T>): Promise<T[]> =>
      Promise.all([store, book.rival, store, book.rival].map(act));

    it('a payment is added, approved and cancelled once', async () => {
      const added = await atOnce((each) => each.addPayment(authorising.payment, authorising.booking, nowMs));
      expect(added.filter(Boolean)).toHaveLength(1);
      const saved = await atOnce((each) => each.savePayment(approved.payment, approved.booking, nowMs));
      expect(saved.filter(Boolean)).toHaveLength(1);
      const begun = beginCancel(approved.payment, cancelBody, nowMs);
      const held = await atOnce((each) => each.addCancel(begun.cancel, begun.payment, begun.booking, nowMs));
      expect(held.filter(Boolean)).toHaveLength(1);
      const ended = endCancel(begun.cancel, begun.payment ?? approved.payment, {
        outcome: 'cancelled',
        cancelledAtMs: nowMs,
      });
      const finished = await atOnce((each) => each.finishCancel(ended.cancel, ended.payment, ended.booking, nowMs));
      expect(finished.filter(Boolean)).toHaveLength(1);
      expect(await book.bookedKinds()).toEqual(['sale', 'cancel']);
    });

    it('a date is closed or a payment begun under it, never both', async () => {
      const begin = (each: PgStore) => each.addPayment(authorising.payment, { entry: null, openDate: today }, nowMs);
      const acts = await Promise.allSettled([
        store.closeBusinessDate(today, nowMs),
        begin(book.rival),
        book.rival.closeBusinessDate(today, nowMs),
        begin(store),
      ]);
      for (const act of acts) if (act.status === 'rejected') expect(act.reason).toMatchObject({ code: 'date_closed' });
      const isBegun = (await store.findPayment(paymentId)) !== undefined;
      expect((await store.closeBusinessDate(today, nowMs)).ok).toBe(!isBegun);
    });
  });
}
