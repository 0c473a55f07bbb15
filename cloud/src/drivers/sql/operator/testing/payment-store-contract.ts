import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { nothingRefunded } from '@scanpay/shared/settlement/refund-limit.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../testing/test-databases.ts';
import {
  approval,
  basis,
  bodyOf,
  cancelOf,
  couponId,
  day,
  entryOf,
  next,
  numberedBasis,
  openOperatorBook,
  split,
  terms,
} from './operator-fixtures.ts';

type Book = Awaited<ReturnType<typeof openOperatorBook>>;

/** What every operator's store must do with payments and cancels. */
export function describePaymentStore(database: TestDatabase): void {
  let book: Book;
  let store: Book['store'];
  beforeEach(async () => {
    book = await openOperatorBook(database);
    ({ store } = book);
  });
  afterEach(() => book.remove());
  const usesLeft = async () => (await store.findCoupon({ couponId }))?.entitlements[0]?.usesLeft;
  const accept = () => store.acceptRequest(basis, terms, day, 1);

  describe(`payments on ${database.name}`, () => {
    describe('accepting', () => {
      beforeEach(() => store.putPreRegistration(bodyOf(couponId), 'h', 1));

      it('takes the last use once, and leaves no trace of who came too late', async () => {
        expect(await accept()).toEqual({ kind: 'accepted' });
        expect(await accept()).toEqual({ kind: 'moved' });
        const second = numberedBasis(2);
        expect(await store.acceptRequest(second, terms, day, 1)).toEqual({ kind: 'unavailable' });
        expect(await store.findPayment(second.paymentId)).toBeUndefined();
        expect(await usesLeft()).toBe(0);
        expect(await store.findPayment(basis.paymentId)).toMatchObject({ ...basis, terms, state: 'authorising' });
      });

      it('takes nothing from a coupon that was revoked a moment before', async () => {
        await store.revokeCoupon(couponId, 1);
        expect(await accept()).toEqual({ kind: 'unavailable' });
        expect(await usesLeft()).toBe(1);
      });

      it('takes nothing under a date that was closed a moment before', async () => {
        await store.closeBusinessDate(day, 1);
        expect(await accept()).toEqual({ kind: 'unavailable' });
        expect(await usesLeft()).toBe(1);
        expect(await store.openDateFrom(day)).toBe(next);
        expect(await store.acceptRequest(basis, terms, next, 1)).toEqual({ kind: 'accepted' });
      });
    });

    describe('moving on', () => {
      beforeEach(async () => {
        await store.putPreRegistration(bodyOf(couponId), 'h', 1);
        await accept();
      });

      it('happens only from the state that was named', async () => {
        expect(await store.approve(basis.paymentId, approval, 'r1', entryOf('sale'), 2)).toBe(true);
        expect(await store.approve(basis.paymentId, approval, 'r2', entryOf('sale'), 3)).toBe(false);
        expect(await store.decline(basis.paymentId, 'card_declined', 'r3', 3)).toBe(false);
        expect(await store.reverseUncharged(basis.paymentId, 'declined', 'j', 'r4', 3)).toBe(false);
        expect(await store.beginReversal(basis.paymentId, 'authorising', null, day, 3)).toBe(false);
        expect(await store.findPayment(basis.paymentId)).toMatchObject({
          state: 'approved',
          resultJws: 'r1',
          updatedAtMs: 2,
        });
        expect(await usesLeft()).toBe(0);
        expect(await book.db.selectFrom('ledger_entries').select('kind').execute()).toEqual([{ kind: 'sale' }]);
      });

      it('takes the whole step back when the ledger refuses its part', async () => {
        const unbalanced = { ...entryOf('sale'), postings: entryOf('sale').postings.slice(1) };
        await expect(store.approve(basis.paymentId, approval, 'r', unbalanced, 2)).rejects.toThrow('balance');
        expect(await store.findPayment(basis.paymentId)).toMatchObject({ state: 'authorising', resultJws: null });
      });

      it('ends a reversal as it was last asked for', async () => {
        await store.beginReversal(basis.paymentId, 'authorising', null, day, 2);
        const read = (await store.findPayment(basis.paymentId))!;
        await store.adoptReversal(basis.paymentId, 'j', 3);
        const declined = { state: 'declined', declineCode: 'upstream_unavailable', resultJws: 'r' } as const;
        expect(await store.finishReversal(read, declined, null, 4)).toBe(false);
        const adopted = (await store.findPayment(basis.paymentId))!;
        await store.moveReversal(basis.paymentId, next, 4);
        const reversed = { state: 'reversed', declineCode: null, resultJws: 'r' } as const;
        expect(await store.finishReversal(adopted, reversed, null, 5)).toBe(false);
        const moved = (await store.findPayment(basis.paymentId))!;
        expect(await store.finishReversal(moved, reversed, null, 6)).toBe(true);
        expect(await store.findPayment(basis.paymentId)).toMatchObject({
          state: 'reversed',
          reversalDate: next,
          reversalJws: 'j',
        });
        expect(await usesLeft()).toBe(1);
      });

      it('ends a cancel once', async () => {
        await store.approve(basis.paymentId, approval, 'r', entryOf('sale'), 2);
        const cancel = cancelOf('c-1');
        const stale = { refundedWon: won(1), refundCount: 1 };
        expect(await store.beginCancel(cancel, stale, next, 3)).toBe(false);
        expect(await store.beginCancel(cancel, nothingRefunded, next, 3)).toBe(true);
        expect(await store.beginCancel(cancelOf('c-2'), nothingRefunded, day, 3)).toBe(false);
        const begun = { ...cancel, businessDate: next };
        expect(await store.listCancels(basis.paymentId)).toEqual([begun]);
        const refunded = { refundedWon: split.chargedWon, refundCount: 1 };
        const end = { entry: entryOf('cancel', next), refunded, tax: terms.tax };
        expect(await store.finishCancel(begun, 'r', end, 4)).toBe(true);
        expect(await store.finishCancel(begun, 'r', end, 4)).toBe(false);
        expect(await usesLeft()).toBe(1);
        expect((await store.findPayment(basis.paymentId))?.terms?.tax).toEqual(terms.tax);
        const taxed = await book.db.selectFrom('operator_cancels').select(['supply_won', 'vat_won']).execute();
        expect(taxed).toEqual([{ supply_won: terms.tax.supplyWon, vat_won: terms.tax.vatWon }]);
        expect(await store.findCancel('c-2' as CancelId)).toBeUndefined();
      });

      it('survives closing the database in between', async () => {
        await book.db.destroy();
        const again = await book.reopen();
        expect(await again.listUnresolved(2, 10)).toEqual([basis.paymentId]);
        expect(await again.listUnresolved(1, 10)).toEqual([]);
      });
    });

    it('begin and end without touching an entitlement, each once', async () => {
      const uncharged = { ...basis, state: 'recheck', resultJws: 'r', declineCode: null, reversalJws: null } as const;
      expect(await store.addUncharged(uncharged, day, 1)).toBe(true);
      expect(await store.addUncharged(uncharged, day, 2)).toBe(false);
      const tombstone = { ...numberedBasis(2), state: 'reversed', resultJws: 'r', declineCode: null } as const;
      expect(await store.addUncharged({ ...tombstone, reversalJws: 'j' }, day, 1)).toBe(true);
      expect(await store.findPayment(tombstone.paymentId)).toMatchObject({ tombstone: true, reversalJws: 'j' });
      expect(await store.declineConfirm(basis.paymentId, 'k', 'recheck_refused', 'r2', 3)).toBe(true);
      expect(await store.declineConfirm(basis.paymentId, 'k', 'recheck_refused', 'r3', 4)).toBe(false);
      expect(await store.reverseUncharged(basis.paymentId, 'declined', 'j', 'r4', 5)).toBe(true);
      expect(await store.findPayment(basis.paymentId)).toMatchObject({
        state: 'reversed',
        confirmJws: 'k',
        booked: false,
      });
    });

    it('are listed by date in order of their ids, a page at a time', async () => {
      await store.putPreRegistration(bodyOf(couponId, 'box', 5), 'h', 1);
      for (const n of [3, 1, 2]) await store.acceptRequest(numberedBasis(n), terms, day, 1);
      await store.acceptRequest(numberedBasis(0), terms, next, 1);
      const idsAfter = async (after: string | null) =>
        (await store.listPayments(day, after as PaymentId | null, 2)).map(({ paymentId }) => paymentId);
      expect(await idsAfter(null)).toEqual(['p-1', 'p-2']);
      expect(await idsAfter('p-2')).toEqual(['p-3']);
      expect(await store.listPayments(next, null, 9)).toHaveLength(1);
    });

    it('are taken up from recheck with the terms as they are then', async () => {
      await store.putPreRegistration(bodyOf(couponId), 'h', 1);
      const uncharged = { ...basis, state: 'recheck', resultJws: 'r', declineCode: null, reversalJws: null } as const;
      await store.addUncharged(uncharged, day, 1);
      await store.closeBusinessDate(day, 1);
      const payment = (await store.findPayment(basis.paymentId))!;
      expect(await store.acceptConfirm(payment, 'k', terms, day, 2)).toEqual({ kind: 'unavailable' });
      expect(await store.acceptConfirm(payment, 'k', terms, next, 2)).toEqual({ kind: 'accepted' });
      expect(await store.acceptConfirm(payment, 'k', terms, next, 2)).toEqual({ kind: 'moved' });
      const taken = { state: 'authorising', businessDate: next, terms, confirmJws: 'k', resultJws: null };
      expect(await store.findPayment(basis.paymentId)).toMatchObject(taken);
      expect(await usesLeft()).toBe(0);
      expect(await store.closeBusinessDate(next, 3)).toMatchObject({ code: 'date_open_payments' });
      expect(await store.decline(basis.paymentId, 'card_declined', 'r2', 4)).toBe(true);
      expect(await usesLeft()).toBe(1);
      expect(await store.closeBusinessDate(next, 5)).toMatchObject({ ok: true });
      expect(await store.isClosed(next)).toBe(true);
    });

    it('come back from a cancel that was declined', async () => {
      await store.putPreRegistration(bodyOf(couponId), 'h', 1);
      await accept();
      await store.approve(basis.paymentId, approval, 'r', entryOf('sale'), 2);
      expect(await store.addDeclinedCancel({ ...cancelOf('c-0'), state: 'declined', resultJws: 'r' }, 3)).toBe(true);
      expect(await store.addDeclinedCancel({ ...cancelOf('c-0'), state: 'declined', resultJws: 'r' }, 3)).toBe(false);
      await store.beginCancel(cancelOf('c-1'), nothingRefunded, day, 3);
      expect(await store.finishCancel({ ...cancelOf('c-1'), businessDate: day }, 'r', null, 4)).toBe(true);
      expect(await store.findPayment(basis.paymentId)).toMatchObject({ state: 'approved', approvalNumber: '00000001' });
      const cancels = await store.listCancels(basis.paymentId);
      expect(cancels.map(({ cancelId, state }) => [cancelId, state])).toEqual([
        ['c-0', 'declined'],
        ['c-1', 'declined'],
      ]);
    });
  });
}
