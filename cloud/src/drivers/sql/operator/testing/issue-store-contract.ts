import type { AuthNumber, CouponId, DeviceId, MerchantId, OfferId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../testing/test-databases.ts';
import { bodyOf, couponId, day, merchantId, next, openOperatorBook, otherCouponId } from './operator-fixtures.ts';

type Book = Awaited<ReturnType<typeof openOperatorBook>>;
const authNumber = '123456789012' as AuthNumber;
const deviceId = 'box-1' as DeviceId;
const deletion = { company: 'operator', recordJws: 'r', atMs: 1 } as const;

/** What every operator's store must do with coupons, boxes and terms. */
export function describeIssueStore(database: TestDatabase): void {
  let book: Book;
  let store: Book['store'];
  let rival: Book['rival'];
  beforeEach(async () => {
    book = await openOperatorBook(database);
    ({ store, rival } = book);
  });
  afterEach(() => book.remove());

  describe(`coupons on ${database.name}`, () => {
    it('go from the card box to the customer, each step once', async () => {
      expect(await store.putPreRegistration(bodyOf(couponId), 'h', 1)).toBe('stored');
      expect(await store.putPreRegistration(bodyOf(couponId), 'h', 2)).toBe('same');
      expect(await store.putPreRegistration(bodyOf(couponId), 'other', 2)).toBe('conflict');
      const stored = { state: 'stored', cardBox: 'box', barcode: null, authNumber: null, name: '남궁민수' };
      expect(await store.findIssue(couponId)).toMatchObject(stored);
      expect(await store.sealCoupon(couponId, 'SP1:X', authNumber, 3)).toBe('sealed');
      expect(await store.sealCoupon(couponId, 'SP1:Y', '000000000001' as AuthNumber, 3)).toBe('moved');
      expect(await store.findIssue(couponId)).toMatchObject({ state: 'sealed', cardBox: null, barcode: 'SP1:X' });
      expect(await store.recordDeletions(couponId, [{ ...deletion, subject: 'card' }])).toBe(true);
      expect(await store.recordDeletions(couponId, [{ ...deletion, subject: 'card' }])).toBe(false);
      expect(await store.markSent(couponId, { ...deletion, subject: 'barcode', atMs: 2 }, 4)).toBe(true);
      expect(await store.markSent(couponId, { ...deletion, subject: 'barcode', atMs: 2 }, 5)).toBe(false);
      expect(await store.findIssue(couponId)).toMatchObject({ state: 'sent', cardBox: null, barcode: null });
      expect((await store.listDeletions(couponId)).map(({ subject }) => subject)).toEqual(['card', 'barcode']);
      expect(await store.eraseTraces()).toBe(true);
      expect(await store.findCoupon({ authNumber })).toMatchObject({ couponId, entitlements: [{ usesLeft: 1 }] });
    });

    it('are listed oldest first until they are sent', async () => {
      await store.putPreRegistration(bodyOf(couponId), 'h', 2);
      await store.putPreRegistration(bodyOf(otherCouponId), 'h', 1);
      expect(await store.listUnsent(10)).toEqual([otherCouponId, couponId]);
      expect(await store.listUnsent(1)).toEqual([otherCouponId]);
      expect(await store.findIssue('00000000000000ff' as CouponId)).toBeUndefined();
    });

    it('never share an auth number, also when sealed at once', async () => {
      await store.putPreRegistration(bodyOf(couponId), 'h', 1);
      await store.putPreRegistration(bodyOf(otherCouponId), 'h', 1);
      const outcomes = await Promise.all([
        store.sealCoupon(couponId, 'SP1:X', authNumber, 1),
        rival.sealCoupon(otherCouponId, 'SP1:Y', authNumber, 1),
      ]);
      expect(outcomes.sort()).toEqual(['auth-number-taken', 'sealed']);
      const states = [await store.findIssue(couponId), await store.findIssue(otherCouponId)].map((each) => each?.state);
      expect(states.sort()).toEqual(['sealed', 'stored']);
    });

    it('are stored once when handed over twice at once', async () => {
      const handOver = (each: Book['store']) => each.putPreRegistration(bodyOf(couponId), 'h', 1);
      const outcomes = await Promise.all([store, rival, store, rival].map(handOver));
      expect(outcomes.sort()).toEqual(['same', 'same', 'same', 'stored']);
    });

    it('stay revoked as of the first time', async () => {
      await store.putPreRegistration(bodyOf(couponId), 'h', 1);
      expect(await store.revokeCoupon(couponId, 5)).toBe(5);
      expect(await store.revokeCoupon(couponId, 6)).toBe(5);
      expect(await store.revokeCoupon(otherCouponId, 6)).toBeUndefined();
    });
  });

  describe(`boxes on ${database.name}`, () => {
    const withKey = (kid: string, x = `x-${kid}`) => ({ deviceId, merchantId, kid, x });

    it('have one key that is good, and keep those that were', async () => {
      expect(await store.enrolDevice(withKey('k-1'), 1)).toMatchObject({ ok: true });
      expect(await store.enrolDevice(withKey('k-1'), 2)).toMatchObject({ ok: true, value: { enrolledAtMs: 1 } });
      expect(await store.enrolDevice(withKey('k-2'), 3)).toMatchObject({ ok: true });
      expect(await store.enrolDevice(withKey('k-1'), 4)).toMatchObject({ code: 'device_mismatch' });
      expect(await store.enrolDevice(withKey('k-2', 'another'), 4)).toMatchObject({ code: 'device_mismatch' });
      const device = await store.findDevice(deviceId);
      expect(device?.keys.map(({ kid, retiredAtMs }) => [kid, retiredAtMs]).sort()).toEqual([
        ['k-1', 3],
        ['k-2', null],
      ]);
      expect(await store.listDevices(merchantId)).toEqual([deviceId]);
    });

    it('have one good key also when two are enrolled at once', async () => {
      await Promise.all([
        store.enrolDevice(withKey('k-1'), 1),
        rival.enrolDevice(withKey('k-2'), 1),
        store.enrolDevice(withKey('k-3'), 1),
      ]);
      const keys = (await store.findDevice(deviceId))?.keys ?? [];
      expect(keys).toHaveLength(3);
      expect(keys.filter(({ retiredAtMs }) => retiredAtMs === null)).toHaveLength(1);
    });
  });

  describe(`terms on ${database.name}`, () => {
    it('name what customers hold and may still visit, the newest visits first', async () => {
      const [entitlement] = bodyOf(couponId).entitlements;
      const later = { ...entitlement!, offerId: 'o-later' as OfferId, visitTo: next };
      const elsewhere = { ...entitlement!, offerId: 'o-else' as OfferId, merchantId: 'm-2' as MerchantId };
      await store.putPreRegistration({ ...bodyOf(couponId), entitlements: [entitlement!, later, elsewhere] }, 'h', 1);
      await store.putPreRegistration(bodyOf(otherCouponId), 'h', 1);
      const idsOn = async (date: typeof day, limit = 9) =>
        (await store.listHeldOffers(merchantId, date, limit)).map((offer) => offer.offerId);
      expect(await idsOn(day)).toEqual(['o-later', 'o-1']);
      expect(await idsOn(day, 1)).toEqual(['o-later']);
      expect(await idsOn(next)).toEqual(['o-later']);
    });

    it('are kept as they were first handed out', async () => {
      const terms = { merchantId, offers: [] } as never;
      await store.keepTerms('t-1', terms, 1);
      await store.keepTerms('t-1', terms, 2);
      expect(await store.findTerms('t-1')).toEqual(terms);
      expect(await store.findTerms('t-2')).toBeUndefined();
    });
  });
}
