import { nothingRefunded } from '@scanpay/shared/settlement/refund-limit.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBookReader } from '../../ledger/chain.ts';
import type { TestDatabase } from '../../testing/test-databases.ts';
import {
  approval,
  basis,
  bodyOf,
  cancelOf,
  couponId,
  day,
  entryOf,
  numberedBasis,
  openOperatorBook,
  split,
  terms,
} from './operator-fixtures.ts';

type Book = Awaited<ReturnType<typeof openOperatorBook>>;
type Store = Book['store'];

/** What must hold when several workers, and where the database allows it several processes, do the same thing at once. */
export function describePaymentsAtOnce(database: TestDatabase): void {
  describe(`payments at once on ${database.name}`, () => {
    let book: Book;
    let stores: Store[];
    beforeEach(async () => {
      book = await openOperatorBook(database);
      stores = [book.store, book.rival];
    });
    afterEach(() => book.remove());
    /** Does it `count` times at once, by turns in either process. */
    const atOnce = <T>(count: number, act: (store: Store, n: number) => Promise<T>): Promise<T[]> =>
      Promise.all(Array.from({ length: count }, (_, n) => act(stores[n % stores.length]!, n)));
    const usesLeft = async () => (await book.store.findCoupon({ couponId }))?.entitlements[0]?.usesLeft;
    const kindsOf = (outcomes: { kind: string }[]) => outcomes.map(({ kind }) => kind).sort();

    it('take an entitlement as often as it has uses', async () => {
      await book.store.putPreRegistration(bodyOf(couponId, 'box', 3), 'h', 1);
      const outcomes = await atOnce(12, (store, n) => store.acceptRequest(numberedBasis(n), terms, day, 1));
      expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(3);
      expect(outcomes.filter(({ kind }) => kind === 'unavailable')).toHaveLength(9);
      expect(await usesLeft()).toBe(0);
      expect(await book.store.listPayments(day, null, 20)).toHaveLength(3);
    });

    it('take one use for one payment id, whoever asks how often', async () => {
      await book.store.putPreRegistration(bodyOf(couponId, 'box', 3), 'h', 1);
      const outcomes = await atOnce(4, (store) => store.acceptRequest(basis, terms, day, 1));
      expect(kindsOf(outcomes)).toEqual(['accepted', 'moved', 'moved', 'moved']);
      expect(await usesLeft()).toBe(2);
    });

    it('are approved, cancelled and booked once', async () => {
      await book.store.putPreRegistration(bodyOf(couponId), 'h', 1);
      await book.store.acceptRequest(basis, terms, day, 1);
      const approved = await atOnce(4, (store) => store.approve(basis.paymentId, approval, 'r', entryOf('sale'), 2));
      expect(approved.filter(Boolean)).toHaveLength(1);
      const begun = await atOnce(4, (store, n) => store.beginCancel(cancelOf(`c-${n}`), nothingRefunded, day, 3));
      expect(begun.filter(Boolean)).toHaveLength(1);
      const [cancel] = await book.store.listCancels(basis.paymentId);
      const refunded = { refundedWon: split.chargedWon, refundCount: 1 };
      const end = { entry: entryOf('cancel'), refunded, tax: terms.tax };
      const finished = await atOnce(4, (store) => store.finishCancel(cancel!, 'r', end, 4));
      expect(finished.filter(Boolean)).toHaveLength(1);
      expect(await usesLeft()).toBe(1);
      const entries = await createBookReader(book.db).readEntries(0, 10);
      expect(entries.map(({ entry }) => entry.kind)).toEqual(['sale', 'cancel']);
    });

    it('are either approved or reversed', async () => {
      await book.store.putPreRegistration(bodyOf(couponId), 'h', 1);
      await book.store.acceptRequest(basis, terms, day, 1);
      const outcomes = await atOnce(6, (store, n) =>
        n < 3
          ? store.approve(basis.paymentId, approval, 'r', entryOf('sale'), 2)
          : store.beginReversal(basis.paymentId, 'authorising', 'j', day, 2),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      const state = (await book.store.findPayment(basis.paymentId))?.state;
      const entries = await createBookReader(book.db).readEntries(0, 10);
      expect([state, entries.length]).toEqual(outcomes.slice(0, 3).includes(true) ? ['approved', 1] : ['reversing', 0]);
    });

    it('book one chain, entry after entry', async () => {
      const count = 24;
      await book.store.putPreRegistration(bodyOf(couponId, 'box', count), 'h', 1);
      await atOnce(count, (store, n) => store.acceptRequest(numberedBasis(n), terms, day, 1));
      const approved = await atOnce(count, (store, n) => {
        const each = numberedBasis(n);
        return store.approve(each.paymentId, approval, 'r', entryOf('sale', day, each), 2);
      });
      expect(approved.every(Boolean)).toBe(true);
      const entries = await createBookReader(book.db).readEntries(0, count + 1);
      expect(entries).toHaveLength(count);
      const hashes = entries.map(({ hash }) => hash);
      expect(entries.map(({ previousHash }) => previousHash)).toEqual(['', ...hashes.slice(0, -1)]);
    });

    it('never stand under a date that was closed meanwhile', async () => {
      await book.store.putPreRegistration(bodyOf(couponId, 'box', 40), 'h', 1);
      const outcomes = await atOnce(40, async (store, n) => {
        if (n % 10 === 3) await store.closeBusinessDate(day, 2);
        return store.acceptRequest(numberedBasis(n), terms, day, 1);
      });
      const under = await book.store.listPayments(day, null, 100);
      expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(under.length);
      // None of them is resolved: with one under the date it cannot have been closed.
      expect(await book.store.isClosed(day)).toBe(under.length === 0);
    });
  });
}
