import type { OfferId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorWorld, entitlement, type OperatorWorld } from '../testing/operator-world.ts';
import type { SealedRequest, TestBox } from '../testing/test-box.ts';

let world: OperatorWorld;
let box: TestBox;
beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
});
afterEach(() => world.dispose());

const answers = (request: SealedRequest, count: number) =>
  world.until(async () => (await world.outcomes(request.paymentId)).length === count);

/** A request for three where two are registered: answered with a recheck. */
async function recheck() {
  const coupon = await world.coupon();
  const request = await box.request(coupon, { headcount: 3 });
  await world.deliver(request);
  return { coupon, request };
}

describe('a recheck', () => {
  it('names the fields, consumes nothing, asks nobody and keeps no card box', async () => {
    const { coupon, request } = await recheck();
    const fields = [{ name: 'headcount', requested: 3, registered: 2 }];
    expect(await world.outcomes(request.paymentId)).toEqual([{ kind: 'recheck', fields }]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    expect(world.pg.calls).toEqual([]);
  });

  it('confirmed is approved with what the clerk vouches for; all three signatures are kept', async () => {
    const { coupon, request } = await recheck();
    const confirm = await box.confirm(request, { headcount: 3 });
    await world.deliver(confirm);
    await answers(request, 2);
    const [, outcome] = await world.outcomes(request.paymentId);
    expect(outcome).toMatchObject({ kind: 'approved', approval: { headcount: 3, tender: 'card' } });
    expect(world.pg.calls).toMatchObject([{ body: { cardBox: coupon.body.cardBox } }]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([0]);
    expect(await world.store.findPayment(request.paymentId)).toMatchObject({
      requestJws: request.jws,
      confirmJws: confirm.jws,
      resultJws: (JSON.parse(world.sent[1]!.payload) as { jws: string }).jws,
    });
  });

  it('lets the clerk choose between offers', async () => {
    const offerId = 'o-breakfast' as OfferId;
    const second = { ...entitlement, offerId, discount: { kind: 'amount-per-person', amountWon: 3_000 } as never };
    const coupon = await world.coupon({ entitlements: [entitlement, second] });
    const request = await box.request(coupon);
    await world.deliver(request);
    expect(await world.outcomes(request.paymentId)).toMatchObject([{ kind: 'recheck', fields: [{ name: 'offerId' }] }]);
    await world.deliver(await box.confirm(request, { offerId }));
    await answers(request, 2);
    const [, outcome] = await world.outcomes(request.paymentId);
    expect(outcome).toMatchObject({ kind: 'approved', approval: { offerId, discountWon: 6_000 } });
    expect(await world.usesLeft(coupon.couponId)).toEqual([1, 0]);
  });

  it('is answered once: repeats get the stored answer, another confirmation is a conflict', async () => {
    const { request } = await recheck();
    const confirm = await box.confirm(request, { headcount: 3 });
    world.pg.fates.approve.push('held');
    await world.deliver(confirm, confirm);
    world.pg.release();
    await answers(request, 2);
    await world.deliver(confirm, request);
    expect(world.sent[2]).toEqual(world.sent[1]);
    expect(world.sent[3]).toEqual(world.sent[1]);
    await world.deliver(await box.confirm(request, { headcount: 2 }));
    expect((await world.outcomes(request.paymentId)).at(-1)).toMatchObject({ code: 'payment_id_conflict' });
    expect(world.pg.countCalls('approve')).toBe(1);
  });

  it.each([
    ['recheck_refused', 'nothing confirmed', {}, 10_000],
    ['message_stale', 'confirmed too late', { headcount: 3 }, 0],
  ])('is declined with %s: %s', async (code, _what, confirmed, expiresInMs) => {
    const { coupon, request } = await recheck();
    await world.deliver(await box.confirm(request, confirmed, expiresInMs));
    expect((await world.outcomes(request.paymentId)).at(-1)).toEqual({ kind: 'declined', code });
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    expect(world.pg.calls).toEqual([]);
  });

  it('is declined when the coupon was used up meanwhile', async () => {
    const { coupon, request } = await recheck();
    const faster = await box.request(coupon);
    await world.deliver(faster);
    await answers(faster, 1);
    await world.deliver(await box.confirm(request, { headcount: 3 }));
    expect((await world.outcomes(request.paymentId)).at(-1)).toEqual({ kind: 'declined', code: 'coupon_used' });
  });

  it('takes its business date when it is confirmed', async () => {
    const { request } = await recheck();
    await world.store.closeBusinessDate('2026-11-23' as never, world.nowMs());
    await world.deliver(await box.confirm(request, { headcount: 3 }));
    await answers(request, 2);
    const [, outcome] = await world.outcomes(request.paymentId);
    expect(outcome).toMatchObject({ approval: { businessDate: '2026-11-24' } });
  });

  it('confirmed with another barcode than was signed for is rejected, not declined', async () => {
    const { request } = await recheck();
    const { barcode } = await world.coupon();
    await world.deliver(await box.confirm({ ...request, barcode }, { headcount: 3 }));
    await world.deliver(await box.confirm({ ...request, barcode: null }, { headcount: 3 }));
    expect((await world.outcomes(request.paymentId)).slice(1)).toMatchObject([
      { type: 'message.rejected', code: 'signature_invalid' },
      { type: 'message.rejected', code: 'invalid_input' },
    ]);
    expect(await world.state(request.paymentId)).toBe('recheck');
  });

  it('reversed is gone: the confirmation that comes late finds it so', async () => {
    const { coupon, request } = await recheck();
    await world.deliver(await box.reversal(request));
    await world.deliver(await box.confirm(request, { headcount: 3 }));
    expect((await world.outcomes(request.paymentId)).slice(1)).toEqual([{ kind: 'reversed' }, { kind: 'reversed' }]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    expect(world.pg.calls).toEqual([]);
  });
});

describe('a confirmation', () => {
  it('that comes before its request is rejected; the request is then asked about as ever', async () => {
    const coupon = await world.coupon();
    const request = await box.request(coupon, { headcount: 3 });
    await world.deliver(await box.confirm(request, { headcount: 3 }));
    await world.deliver(request);
    expect(await world.outcomes(request.paymentId)).toMatchObject([
      { type: 'message.rejected', code: 'payment_unknown' },
      { kind: 'recheck' },
    ]);
  });

  it('of a payment that was never asked about is rejected', async () => {
    const request = await box.request(await world.coupon());
    await world.deliver(request);
    await answers(request, 1);
    await world.deliver(await box.confirm(request, { headcount: 3 }));
    expect((await world.outcomes(request.paymentId)).at(-1)).toMatchObject({ code: 'payment_state' });
  });
});
