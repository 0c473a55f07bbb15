import type { ScheduleOrder } from '@scanpay/shared/api/schedule.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { AuthNumber, CouponId, PaymentId, ScheduleChangeId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isNoShow } from '../../../../core/schedule/judge-no-show.ts';
import type { OperatorStore } from '../../../../ports/operator-store.ts';
import type { DecidedChange } from '../../../../ports/schedule-store.ts';
import type { TestDatabase } from '../../testing/test-databases.ts';
import {
  approval,
  basis,
  bodyOf,
  cancelOf,
  couponId,
  day,
  entryOf,
  merchantId,
  next,
  numberedBasis,
  openOperatorBook,
  otherCouponId,
  split,
  terms,
} from './operator-fixtures.ts';

const later = '2026-11-25' as BusinessDate;
/** Never closed here: what is paid is booked under it. */
const open = '2026-11-26' as BusinessDate;
const changeId = (n: number) => `019ab0c0-0000-7000-8000-${String(n).padStart(12, '0')}` as ScheduleChangeId;
const asRegistered = { visitFrom: day, visitTo: day, headcount: 1 };
const moved = { visitFrom: next, visitTo: later, headcount: 4 };

/** The n-th change of the coupon's only entitlement; `number` where it is not the first. */
function changeOf(n: number, differing: Partial<ScheduleOrder> = {}): DecidedChange {
  const order = {
    changeId: changeId(n),
    couponId,
    offerId: terms.offerId,
    number: 1,
    before: asRegistered,
    after: moved,
  };
  return {
    order: { ...order, requestedAtMs: 5, staffName: null, reason: '비', ...differing },
    orderSha256: 'h',
    stayJws: 'a.b.c',
    decision: { outcome: 'applied', atMs: 7 },
  };
}
const refused = (change: DecidedChange): DecidedChange => ({
  ...change,
  decision: { outcome: 'refused', code: 'coupon_used', atMs: 7 },
});

/** What every operator's store must do with changed schedules and with customers who do not come. */
export function describeScheduleStore(database: TestDatabase): void {
  let book: Awaited<ReturnType<typeof openOperatorBook>>;
  let store: OperatorStore;

  const issue = async (id: CouponId, number: string, uses = 1): Promise<void> => {
    await store.putPreRegistration(bodyOf(id, 'box', uses), 'h', 1);
    await store.sealCoupon(id, 'barcode', number as AuthNumber, 1);
    const deletion = { company: 'operator', recordJws: '', atMs: 0 } as const;
    await store.recordDeletions(id, [{ ...deletion, subject: 'card' }]);
    await store.markSent(id, { ...deletion, subject: 'barcode' }, 1);
  };
  const entitlementOf = async (id = couponId) => (await store.findCoupon({ couponId: id }))?.entitlements[0];
  const record = (upTo = day) => store.recordNoShows(upTo, 10, isNoShow, 9);
  const listDay = (visitTo = day) => store.listNoShows({ visitTo, merchantId: null }, 10);
  const approve = async (n: number, differing: Partial<typeof terms> = {}): Promise<void> => {
    const paid = numberedBasis(n);
    expect(await store.acceptRequest(paid, { ...terms, ...differing }, open, 1)).toEqual({ kind: 'accepted' });
    const entry = entryOf('sale', open, paid);
    expect(await store.approve(paid.paymentId, approval, 'r', entry, 2)).toBe(true);
  };

  beforeEach(async () => {
    book = await openOperatorBook(database);
    ({ store } = book);
    await issue(couponId, '000000000001');
  });
  afterEach(() => book.remove());

  describe(`changed schedules on ${database.name}`, () => {
    it('hold from the commit in which they are decided, once, and stay on record', async () => {
      expect(await store.addScheduleChange(changeOf(1))).toBe(true);
      expect(await entitlementOf()).toMatchObject({ ...moved, scheduleVersion: 1, usesLeft: 1 });
      expect(await store.addScheduleChange(changeOf(1))).toBe(false);
      // Another that follows from what was before.
      expect(await store.addScheduleChange(changeOf(2))).toBe(false);
      const second = changeOf(3, { number: 2, before: moved, after: asRegistered, staffName: '김직원' });
      expect(await store.addScheduleChange(second)).toBe(true);
      store = await book.reopen();
      expect(await store.findScheduleChange(changeId(1))).toEqual(changeOf(1));
      expect(await store.listScheduleChanges(couponId, 10)).toEqual([changeOf(1), second]);
      expect(await store.listUntoldChanges(10)).toEqual([changeId(1), changeId(3)]);
      await store.markChangeTold(changeId(1));
      expect(await store.listUntoldChanges(10)).toEqual([changeId(3)]);
      expect(await entitlementOf()).toMatchObject({ ...asRegistered, scheduleVersion: 2 });
    });

    it('are refused once and for all, and then change nothing', async () => {
      expect(await store.addScheduleChange(refused(changeOf(1)))).toBe(true);
      expect(await store.addScheduleChange(changeOf(1))).toBe(false);
      expect(await store.findScheduleChange(changeId(1))).toEqual(refused(changeOf(1)));
      expect(await entitlementOf()).toMatchObject({ ...asRegistered, scheduleVersion: 0 });
      expect(await store.listUntoldChanges(10)).toEqual([]);
    });

    it('are not applied to what is used up or revoked by then', async () => {
      await issue(otherCouponId, '000000000002');
      await store.acceptRequest(basis, terms, day, 1);
      expect(await store.addScheduleChange(changeOf(1))).toBe(false);
      expect(await store.findScheduleChange(changeId(1))).toBeUndefined();
      await store.revokeCoupon(otherCouponId, 1);
      expect(await store.addScheduleChange(changeOf(2, { couponId: otherCouponId }))).toBe(false);
    });

    it('leave a payment under way its terms, and are what the next one is held against', async () => {
      await issue(otherCouponId, '000000000002', 2);
      const other = { ...numberedBasis(1), couponId: otherCouponId };
      await store.acceptRequest(other, terms, day, 1);
      const change = changeOf(1, { couponId: otherCouponId });
      expect(await store.addScheduleChange(change)).toBe(true);
      expect((await store.findPayment(other.paymentId))?.terms).toEqual(terms);
      const verifiedBefore = { ...numberedBasis(2), couponId: otherCouponId };
      expect(await store.acceptRequest(verifiedBefore, terms, day, 1)).toEqual({ kind: 'unavailable' });
      const held = { ...terms, scheduleVersion: 1 };
      expect(await store.acceptRequest(verifiedBefore, held, day, 1)).toEqual({ kind: 'accepted' });
      expect((await store.findPayment(verifiedBefore.paymentId))?.terms?.scheduleVersion).toBe(1);
    });

    it('and a payment at the same moment: the last use goes with one schedule or the other', async () => {
      const uses = 12;
      await issue(otherCouponId, '000000000002', uses);
      const change = changeOf(1, { couponId: otherCouponId });
      const pay = (n: number) =>
        (n % 2 === 0 ? store : book.rival).acceptRequest(
          { ...numberedBasis(n), couponId: otherCouponId },
          terms,
          day,
          1,
        );
      const payments = Array.from({ length: uses }, (_, n) => n);
      const [outcomes, isApplied] = await Promise.all([
        Promise.all(payments.map(pay)),
        book.rival.addScheduleChange(change),
      ]);
      const accepted = outcomes.filter(({ kind }) => kind === 'accepted').length;
      const held = await entitlementOf(otherCouponId);
      expect(held?.usesLeft).toBe(uses - accepted);
      expect(isApplied).toBe(held?.scheduleVersion === 1);
      if (!isApplied) expect(accepted).toBe(uses);
    });

    it('are decided once when they come twice at once', async () => {
      const stores = [store, book.rival, store, book.rival];
      const decided = await Promise.all(stores.map((each) => each.addScheduleChange(changeOf(1))));
      expect(decided.filter(Boolean)).toHaveLength(1);
      expect(await entitlementOf()).toMatchObject({ scheduleVersion: 1 });
    });
  });

  describe(`no-shows on ${database.name}`, () => {
    it('are those of closed dates alone, each once, also across a restart', async () => {
      await issue(otherCouponId, '000000000002');
      expect(await store.listUnseenDates(10)).toEqual([]);
      expect(await record()).toEqual({ seen: 0, noShows: 0 });
      await store.closeBusinessDate(day, 8);
      expect(await store.listUnseenDates(10)).toEqual([day]);
      expect(await store.recordNoShows(day, 1, isNoShow, 9)).toEqual({ seen: 1, noShows: 1 });
      store = await book.reopen();
      expect(await record()).toEqual({ seen: 1, noShows: 1 });
      expect(await record()).toEqual({ seen: 0, noShows: 0 });
      await store.markDateSeen(day, 9);
      await store.markDateSeen(day, 10);
      expect(await store.isDateSeen(day)).toBe(true);
      expect(await store.listUnseenDates(10)).toEqual([]);
      const missed = { ...asRegistered, offerId: terms.offerId, title: { ko: '가', en: 'a' }, merchantId };
      const absent = {
        customerName: '남궁민수',
        recordedAtMs: 9,
        paymentId: null,
        visitDate: null,
        reopenedAtMs: null,
      };
      const ids = [couponId, otherCouponId].toSorted();
      expect(await listDay()).toEqual(ids.map((id) => ({ ...missed, ...absent, couponId: id })));
      expect(await store.countNoShows(day)).toEqual([
        { merchantId, absent: 2, cameLate: 0, cameInTime: 0, rescheduled: 0 },
      ]);
    });

    it('are not who came, even if all was given back, nor who could not come', async () => {
      await issue(otherCouponId, '000000000002');
      await store.revokeCoupon(otherCouponId, 1);
      await approve(1);
      const paymentId = numberedBasis(1).paymentId;
      const cancel = { ...cancelOf('c-1'), paymentId };
      await store.beginCancel(cancel, { refundedWon: 0 as never, refundCount: 0 }, open, 3);
      const entry = entryOf('cancel', open, numberedBasis(1));
      const end = { entry, refunded: { refundedWon: split.chargedWon, refundCount: 1 }, tax: terms.tax };
      expect(await store.finishCancel({ ...cancel, businessDate: open }, 'r', end, 4)).toBe(true);
      expect(await entitlementOf()).toMatchObject({ usesLeft: 1 });
      await store.closeBusinessDate(day, 8);
      expect((await record()).noShows).toBe(0);
    });

    it('are who paid, when the payment then never happened', async () => {
      await store.acceptRequest(basis, terms, later, 1);
      await store.closeBusinessDate(day, 8);
      expect(await record()).toEqual({ seen: 0, noShows: 0 });
      expect(await store.decline(basis.paymentId, 'card_declined', 'r', 2)).toBe(true);
      expect(await record(next)).toEqual({ seen: 1, noShows: 1 });
    });

    it('know by which payment the customer came after all, as long as it stands', async () => {
      await store.closeBusinessDate(day, 8);
      await record();
      await approve(1, { visitDate: next });
      expect(await listDay()).toMatchObject([{ paymentId: 'p-1', visitDate: next }]);
      expect(await store.countNoShows(day)).toEqual([
        { merchantId, absent: 0, cameLate: 1, cameInTime: 0, rescheduled: 0 },
      ]);
      const id = 'p-1' as PaymentId;
      await store.beginReversal(id, 'approved', 'rev', open, 3);
      const payment = await store.findPayment(id);
      const end = { state: 'reversed', declineCode: null, resultJws: 'r' } as const;
      const entry = entryOf('reversal', open, numberedBasis(1));
      expect(payment && (await store.finishReversal(payment, end, entry, 4))).toBe(true);
      expect(await listDay()).toMatchObject([{ paymentId: null, visitDate: null }]);
      expect(await record(next)).toEqual({ seen: 1, noShows: 1 });
      expect(await listDay()).toHaveLength(1);
    });

    it('are open again once their schedule is changed, and may be missed again', async () => {
      await store.closeBusinessDate(day, 8);
      await record();
      await store.addScheduleChange(changeOf(1));
      expect(await store.countNoShows(day)).toEqual([
        { merchantId, absent: 0, cameLate: 0, cameInTime: 0, rescheduled: 1 },
      ]);
      await store.closeBusinessDate(later, 8);
      expect(await record(later)).toEqual({ seen: 1, noShows: 1 });
      expect(await store.listNoShows({ couponId }, 10)).toMatchObject([
        { visitTo: day, reopenedAtMs: 7 },
        { visitTo: later, headcount: 4, reopenedAtMs: null },
      ]);
      await approve(2, { visitDate: later, scheduleVersion: 1 });
      expect(await listDay(later)).toMatchObject([{ paymentId: 'p-2' }]);
      expect(await listDay(day)).toMatchObject([{ paymentId: null }]);
      expect(await store.listNoShows({ visitTo: later, merchantId: 'm-2' as never }, 10)).toEqual([]);
    });

    it('and a payment at the same moment: whoever pays has come', async () => {
      await store.closeBusinessDate(day, 8);
      await Promise.all([book.rival.recordNoShows(day, 10, isNoShow, 9), approve(1)]);
      const missed = await listDay();
      expect(missed.every(({ paymentId }) => paymentId === 'p-1')).toBe(true);
      expect(await record(next)).toEqual({ seen: 0, noShows: 0 });
    });
  });
}
