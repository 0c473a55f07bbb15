import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nowMs } from '../../../../core/approve/testing/pg-fixtures.ts';
import type { PgStore } from '../../../../ports/pg-store.ts';
import type { TestDatabase } from '../../testing/test-databases.ts';
import { deletion, held, numbered, openPgBook } from './pg-store-fixtures.ts';

/** What every PG's store must do with registrations and card boxes. */
export function describeRegistrationStore(database: TestDatabase): void {
  let book: Awaited<ReturnType<typeof openPgBook>>;
  let store: PgStore;
  beforeEach(async () => {
    book = await openPgBook(database);
    ({ store } = book);
  });
  afterEach(() => book.remove());

  describe(`registrations on ${database.name}`, () => {
    it('come back as they went in, after the database was closed', async () => {
      expect(await store.addRegistration(numbered(1), held(1))).toBe(true);
      await book.db.destroy();
      store = await book.reopen();
      expect(await store.findRegistration(numbered(1).registrationId)).toEqual(numbered(1));
      expect(await store.findRegistrationByCoupon(numbered(1).couponId)).toEqual(numbered(1));
      expect(await store.findHeldCardBox(numbered(1).couponId)).toEqual(held(1));
    });

    it('are written once per id, with their card box or not at all', async () => {
      await store.addRegistration(numbered(1), held(1));
      const other = { ...numbered(1), couponId: numbered(2).couponId, name: '다른 사람' };
      expect(await store.addRegistration(other, held(2))).toBe(false);
      expect(await store.findHeldCardBox(numbered(2).couponId)).toBeUndefined();
      await expect(
        store.addRegistration({ ...numbered(3), couponId: numbered(1).couponId }, held(3)),
      ).rejects.toThrow();
      expect(await store.findRegistration(numbered(3).registrationId)).toBeUndefined();
    });

    it('lists what waits for the operator, and never leads back from sent', async () => {
      for (const index of [1, 2, 3]) await store.addRegistration(numbered(index), held(index));
      await store.setRegistrationState(numbered(1).registrationId, 'sent');
      await store.setRegistrationState(numbered(1).registrationId, 'handed-over');
      await store.setRegistrationState(numbered(2).registrationId, 'handed-over');
      expect(await store.findRegistration(numbered(1).registrationId)).toMatchObject({ state: 'sent' });
      const ids = [numbered(2).registrationId, numbered(3).registrationId];
      expect((await store.listUnsentRegistrations(10)).sort()).toEqual(ids);
      await store.deleteCardBox(deletion(2), null);
      expect(await store.listUnsentRegistrations(10)).toEqual([numbered(3).registrationId]);
    });

    it('lists card boxes past their time', async () => {
      await store.addRegistration(numbered(1), held(1, nowMs));
      await store.addRegistration(numbered(2), held(2, nowMs + 1));
      expect(await store.listOverdueCardBoxes(nowMs, 10)).toEqual([numbered(1).couponId]);
    });

    it('keeps the first deletion record and moves the registration on', async () => {
      await store.addRegistration(numbered(1), held(1));
      expect(await store.deleteCardBox(deletion(1, 'first'), 'handed-over')).toMatchObject({ recordJws: 'first' });
      expect(await store.deleteCardBox(deletion(1, 'second'), null)).toMatchObject({ recordJws: 'first' });
      expect(await store.findCardDeletion(numbered(1).couponId)).toEqual(deletion(1, 'first'));
      expect(await store.findHeldCardBox(numbered(1).couponId)).toBeUndefined();
      expect(await store.findRegistration(numbered(1).registrationId)).toMatchObject({ state: 'handed-over' });
    });

    it('are written once when they come twice at once, and lose their box once', async () => {
      const stores = [store, book.rival, store, book.rival];
      const added = await Promise.all(stores.map((each) => each.addRegistration(numbered(1), held(1))));
      expect(added.filter(Boolean)).toHaveLength(1);
      const records = ['a', 'b', 'c', 'd'];
      const kept = await Promise.all(
        stores.map((each, n) => each.deleteCardBox(deletion(1, records[n]), 'handed-over')),
      );
      expect(new Set(kept.map(({ recordJws }) => recordJws)).size).toBe(1);
      expect(await store.findCardDeletion(numbered(1).couponId)).toEqual(kept[0]);
      expect(await store.eraseDeletedCardBoxes()).toBe(true);
      expect(await store.findRegistration(numbered(1).registrationId)).toMatchObject({ state: 'handed-over' });
    });
  });
}
