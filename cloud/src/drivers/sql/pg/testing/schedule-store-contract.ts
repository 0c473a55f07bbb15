import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ScheduleChangeId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PgScheduleChange } from '../../../../ports/pg-schedule-store.ts';
import type { PgStore } from '../../../../ports/pg-store.ts';
import type { TestDatabase } from '../../testing/test-databases.ts';
import { held, numbered, openPgBook } from './pg-store-fixtures.ts';

const changeId = (n: number) => `019ab0c0-0000-7000-8000-${String(n).padStart(12, '0')}` as ScheduleChangeId;
const { couponId, entitlements } = numbered(1);
const [{ offerId, visitFrom, visitTo, headcount }] = entitlements as [(typeof entitlements)[number]];
const registered = { visitFrom, visitTo, headcount };
const moved = { visitFrom: '2026-11-25' as BusinessDate, visitTo: '2026-11-26' as BusinessDate, headcount: 5 };

function changeOf(n: number, number = 1, differing: Partial<PgScheduleChange['order']> = {}): PgScheduleChange {
  const [before, after] = number % 2 === 1 ? [registered, moved] : [moved, registered];
  return {
    order: {
      ...{ changeId: changeId(n), couponId, offerId, number, before, after },
      ...{ requestedAtMs: n, staffName: null, reason: '비', ...differing },
    },
    bodySha256: 'h',
    decision: null,
  };
}
const applied = { outcome: 'applied', atMs: 9 } as const;
const refused = { outcome: 'refused', code: 'coupon_used', atMs: 9 } as const;

/** What every PG's store must do with changed schedules. */
export function describePgScheduleStore(database: TestDatabase): void {
  let book: Awaited<ReturnType<typeof openPgBook>>;
  let store: PgStore;
  beforeEach(async () => {
    book = await openPgBook(database);
    ({ store } = book);
    await store.addRegistration(numbered(1), held(1));
  });
  afterEach(() => book.remove());

  describe(`changed schedules on ${database.name}`, () => {
    it('wait for their answer across a restart, hold with it, and stay on record', async () => {
      expect(await store.listSchedules(couponId)).toEqual([]);
      expect(await store.addScheduleChange(changeOf(1))).toBe(true);
      store = await book.reopen();
      expect(await store.findScheduleChange(changeId(1))).toEqual(changeOf(1));
      expect(await store.listPendingChanges(10)).toEqual([changeId(1)]);
      const waiting = { offerId, ...registered, applied: 0, asked: 1, pendingId: changeId(1) };
      expect(await store.listSchedules(couponId)).toEqual([waiting]);
      await store.settleScheduleChange(changeId(1), applied);
      await store.settleScheduleChange(changeId(1), refused);
      expect(await store.listSchedules(couponId)).toEqual([
        { offerId, ...moved, applied: 1, asked: 1, pendingId: null },
      ]);
      expect(await store.addScheduleChange(changeOf(2, 2, { staffName: '김직원' }))).toBe(true);
      await store.settleScheduleChange(changeId(2), refused);
      expect(await store.listSchedules(couponId)).toEqual([
        { offerId, ...moved, applied: 1, asked: 2, pendingId: null },
      ]);
      expect(await store.listPendingChanges(10)).toEqual([]);
      expect(await store.listScheduleChanges(couponId, 10)).toEqual([
        { ...changeOf(1), decision: applied },
        { ...changeOf(2, 2, { staffName: '김직원' }), decision: refused },
      ]);
      // What was registered is handed over as it was.
      expect((await store.findRegistration(numbered(1).registrationId))?.entitlements).toEqual(entitlements);
    });

    it('come one after the other, each from the one before', async () => {
      expect(await store.addScheduleChange(changeOf(1))).toBe(true);
      expect(await store.addScheduleChange(changeOf(2))).toBe(false);
      expect(await store.findScheduleChange(changeId(2))).toBeUndefined();
      await store.settleScheduleChange(changeId(1), applied);
      expect(await store.addScheduleChange(changeOf(1, 2))).toBe(false);
      expect(await store.addScheduleChange(changeOf(3, 1))).toBe(false);
      expect(await store.addScheduleChange(changeOf(3, 2))).toBe(true);
    });

    it('are taken one at a time when they come at once', async () => {
      const stores = [store, book.rival, store, book.rival];
      const taken = await Promise.all(stores.map((each, n) => each.addScheduleChange(changeOf(n))));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await store.listScheduleChanges(couponId, 10)).toHaveLength(1);
      const [{ order }] = (await store.listScheduleChanges(couponId, 1)) as [PgScheduleChange];
      await Promise.all(stores.map((each) => each.settleScheduleChange(order.changeId, applied)));
      expect(await store.listSchedules(couponId)).toMatchObject([{ ...moved, applied: 1, pendingId: null }]);
    });
  });
}
