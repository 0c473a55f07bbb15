import type { ScheduleOrder } from '@scanpay/shared/api/schedule.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { splitRefund, won } from '@scanpay/shared/money.ts';
import { signChangedStay } from '@scanpay/shared/settlement/changed-stay.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { peers } from '../../../core/audit/testing/sign-word.ts';
import { createOperatorWorld, entitlement, type OperatorWorld } from '../testing/operator-world.ts';
import type { TestBox } from '../testing/test-box.ts';

const on = (date: string) => date as BusinessDate;
/** 20,000 won a night off, from the 23rd to the 28th: five nights. */
const stay = {
  ...entitlement,
  discount: { kind: 'amount-per-night', amountWon: won(20_000) } as const,
  visitTo: on('2026-11-28'),
};
const validUntilMs = Date.parse('2026-11-30T00:00:00+09:00');
const nightWon = 100_000;

let world: OperatorWorld;
let box: TestBox;
beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
});
afterEach(() => world.dispose());

const changeTo = async (couponId: string, n: number, number: number, from: object, to: object) => {
  const order = {
    ...{ changeId: `019ab0c0-0000-7000-8000-00000000010${n}`, couponId, offerId: stay.offerId, number },
    ...{ before: from, after: to, requestedAtMs: 1, staffName: null, reason: '' },
  };
  const payload = { order, stayJws: await signChangedStay(order as ScheduleOrder, peers.pg.signer) };
  return (await world.role.app.inject({ method: 'POST', url: '/v1/schedule-changes', payload })).json() as object;
};
const times = (visitFrom: string, visitTo: string) => ({ visitFrom, visitTo, headcount: 2 });
async function pay(coupon: { barcode: string; couponId: string }, nights: number) {
  const request = await box.request(coupon, { listAmountWon: won(nights * nightWon) });
  await world.deliver(request);
  await world.until(async () => (await world.state(request.paymentId)) === 'approved', 500);
  const payment = await world.store.findPayment(request.paymentId);
  if (payment?.terms == null) throw new Error('no terms');
  return { request, terms: payment.terms };
}

describe('a stay by the night whose schedule changes', () => {
  it('is discounted by the nights that are registered when it is paid', async () => {
    const coupon = await world.coupon({ entitlements: [stay], validUntilMs });
    await changeTo(coupon.couponId, 1, 1, times('2026-11-23', '2026-11-28'), times('2026-11-23', '2026-11-26'));
    const { terms } = await pay(coupon, 3);
    expect(terms).toMatchObject({ scheduleVersion: 1, discountWon: 60_000, split: { chargedWon: 240_000 } });
  });

  it('and was paid is a partial refund: on the original split, whose shares still add up, and no use comes back', async () => {
    const coupon = await world.coupon({ entitlements: [stay], validUntilMs });
    const { request, terms } = await pay(coupon, 5);
    expect(terms).toMatchObject({ discountWon: 100_000, split: { chargedWon: 400_000 } });

    // Three nights slept; the schedule of what is used up is not changed any more, so two nights go back by receipt.
    const whole = times('2026-11-23', '2026-11-28');
    const shorter = times('2026-11-23', '2026-11-26');
    expect(await changeTo(coupon.couponId, 1, 1, whole, shorter)).toMatchObject({ code: 'coupon_used' });
    const unusedWon = won(2 * (nightWon - 20_000));
    const cancel = await box.cancel(request, undefined, unusedWon);
    await world.deliver(cancel);
    await world.until(async () => (await world.store.findPayment(request.paymentId))?.refunded.refundCount === 1, 500);

    const payment = await world.store.findPayment(request.paymentId);
    expect(payment).toMatchObject({ state: 'approved', refunded: { refundedWon: unusedWon, refundCount: 1 }, terms });
    const back = splitRefund(terms.split, won(0), unusedWon);
    const kept = (name: keyof typeof back) => terms.split[name] - back[name];
    expect(back.cardFeeWon + back.pgFeeWon + back.operatorFeeWon + back.merchantShareWon).toBe(unusedWon);
    expect(kept('chargedWon')).toBe(3 * (nightWon - 20_000));
    expect(kept('cardFeeWon') + kept('pgFeeWon') + kept('operatorFeeWon') + kept('merchantShareWon')).toBe(240_000);
    // The fees that stay are those of three nights, to the won that rounding moves to the merchant.
    expect([kept('cardFeeWon'), kept('pgFeeWon'), kept('operatorFeeWon')]).toEqual([4_320, 1_680, 12_000]);
    expect(await world.entries()).toEqual([
      ['sale', 400_000, '2026-11-23'],
      ['cancel', 160_000, '2026-11-23'],
    ]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([0]);

    // Only once all is given back is there a use again, and a schedule to change.
    await world.deliver(await box.cancel(request, undefined, won(240_000)));
    await world.until(async () => (await world.state(request.paymentId)) === 'cancelled', 500);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    expect(await changeTo(coupon.couponId, 2, 1, whole, shorter)).toMatchObject({ outcome: 'applied' });
    expect(await world.balances()).toEqual({});
  });
});
