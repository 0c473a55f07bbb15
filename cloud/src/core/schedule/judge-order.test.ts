import type { ScheduleOrder } from '@scanpay/shared/api/schedule.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CouponSnapshot, Entitlement } from '../../ports/operator-store.ts';
import { makeScheduleChangeText, scheduleChangeSubject } from './change-text.ts';
import { isNoShow, judgeNoShowState } from './judge-no-show.ts';
import { judgeScheduleOrder } from './judge-order.ts';

const on = (date: string) => date as BusinessDate;
const nowMs = Date.parse('2026-11-23T15:00:00+09:00');
const before = { visitFrom: on('2026-11-23'), visitTo: on('2026-11-24'), headcount: 2 };
const entitlement = {
  ...before,
  offerId: 'o-1',
  title: { ko: '온돌방', en: 'Ondol room' },
  merchantId: 'm-1',
  discount: { kind: 'percent', bps: 1_000 },
  uses: 2,
  usesLeft: 2,
  scheduleVersion: 1,
} as unknown as Entitlement;
const couponWith = (differing: Partial<Entitlement> = {}, rest: Partial<CouponSnapshot> = {}) =>
  ({
    couponId: '0123456789abcdef',
    name: '홍길동',
    mobile: '01012345678',
    validFromMs: 0,
    validUntilMs: Date.parse('2026-11-30T06:00:00+09:00'),
    revokedAtMs: null,
    entitlements: [{ ...entitlement, ...differing }],
    ...rest,
  }) as unknown as CouponSnapshot;
const order = {
  changeId: '019ab0c0-0000-7000-8000-000000000001',
  couponId: '0123456789abcdef',
  offerId: 'o-1',
  number: 2,
  before,
  after: { visitFrom: on('2026-11-26'), visitTo: on('2026-11-28'), headcount: 3 },
  requestedAtMs: nowMs,
  staffName: null,
  reason: '',
} as unknown as ScheduleOrder;

describe('judgeScheduleOrder', () => {
  it('goes by what the operator has on record', () => {
    expect(judgeScheduleOrder(order, couponWith(), nowMs)).toBeNull();
    expect(judgeScheduleOrder(order, couponWith({ usesLeft: 1 }), nowMs)).toBeNull();
    expect(judgeScheduleOrder(order, couponWith({ usesLeft: 0 }), nowMs)).toBe('coupon_used');
    expect(judgeScheduleOrder(order, couponWith({}, { revokedAtMs: 1 }), nowMs)).toBe('coupon_revoked');
    expect(judgeScheduleOrder(order, couponWith({}, { validUntilMs: nowMs }), nowMs)).toBe('coupon_expired');
    expect(judgeScheduleOrder({ ...order, offerId: 'o-2' as never }, couponWith(), nowMs)).toBe('offer_not_held');
    expect(judgeScheduleOrder(order, couponWith({ scheduleVersion: 2 }), nowMs)).toBe('schedule_conflict');
    expect(judgeScheduleOrder(order, couponWith({ headcount: 9 }), nowMs)).toBe('schedule_conflict');
    const past = { ...order, after: { ...order.after, visitFrom: on('2026-11-20'), visitTo: on('2026-11-22') } };
    expect(judgeScheduleOrder(past, couponWith(), nowMs)).toBe('schedule_past');
    const late = { ...order, after: { ...order.after, visitTo: on('2026-11-30') } };
    expect(judgeScheduleOrder(late, couponWith(), nowMs)).toBe('schedule_outside_validity');
  });
});

describe('a no-show', () => {
  it('is a customer with a good barcode in hand who used nothing of it', () => {
    const visit = { visitTo: on('2026-11-24'), uses: 2, usesLeft: 2, sentAtMs: 1, revokedAtMs: null };
    expect(isNoShow(visit)).toBe(true);
    expect(isNoShow({ ...visit, usesLeft: 1 })).toBe(false);
    expect(isNoShow({ ...visit, revokedAtMs: 5 })).toBe(false);
    expect(isNoShow({ ...visit, sentAtMs: null })).toBe(false);
    const midnight = Date.parse('2026-11-25T00:00:00+09:00');
    expect(isNoShow({ ...visit, sentAtMs: midnight - 1 })).toBe(true);
    expect(isNoShow({ ...visit, sentAtMs: midnight })).toBe(false);
  });

  it('has one state, whatever became of it', () => {
    const missed = { visitTo: on('2026-11-24'), visitDate: null, reopenedAtMs: null };
    expect(judgeNoShowState(missed)).toBe('absent');
    expect(judgeNoShowState({ ...missed, visitDate: on('2026-11-25') })).toBe('came-late');
    expect(judgeNoShowState({ ...missed, visitDate: on('2026-11-24') })).toBe('came-in-time');
    expect(judgeNoShowState({ ...missed, reopenedAtMs: 1 })).toBe('rescheduled');
  });
});

describe('makeScheduleChangeText', () => {
  it('says both schedules, that the barcode stays and that nothing is charged', () => {
    const text = makeScheduleChangeText(order, { title: entitlement.title, validUntilMs: couponWith().validUntilMs });
    expect(text.split('\n').slice(0, 4)).toEqual([
      '[ScanPay] 이용 일정이 변경되었습니다.',
      '온돌방',
      '변경 전: 2026-11-23 ~ 2026-11-24, 2명',
      '변경 후: 2026-11-26 ~ 2026-11-28, 3명',
    ]);
    expect(text).toContain('바코드와 인증번호를 그대로');
    expect(text).toContain('청구되는 금액은 없습니다');
    expect(text).toContain('2026-11-30 05:59');
    expect(
      makeScheduleChangeText({ ...order, staffName: '김직원' }, { title: entitlement.title, validUntilMs: 1 }),
    ).toContain('운영사에서 변경');
  });

  it('fits a Korean gateway, however long the title is', () => {
    const bytes = (text: string) => [...text].reduce((sum, each) => sum + (each.charCodeAt(0) < 0x80 ? 1 : 2), 0);
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 80, unit: fc.constantFrom('가', '힣', 'a') }), (ko) => {
        const text = makeScheduleChangeText(order, { title: { ko, en: 'a' }, validUntilMs: nowMs });
        expect(bytes(text)).toBeLessThanOrEqual(2_000);
      }),
    );
    expect(bytes(scheduleChangeSubject)).toBeLessThanOrEqual(40);
  });
});
