import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fate } from '../testing/fake-pg.ts';
import { createOperatorWorld, type OperatorWorld } from '../testing/operator-world.ts';
import type { SealedRequest, TestBox } from '../testing/test-box.ts';

let world: OperatorWorld;
let box: TestBox;
beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
});
afterEach(() => world.dispose());

const decided = (request: SealedRequest) =>
  world.until(async () => (await world.outcomes(request.paymentId)).length > 0, 500);
const lastOutcome = async (request: SealedRequest) => (await world.outcomes(request.paymentId)).at(-1);

describe('an approval whose answer is lost', () => {
  it.each<[string, Fate]>([
    ['fails', 'lost-answer'],
    ['never comes', 'silent'],
  ])('is found by inquiry when the answer %s', async (_how, fate) => {
    const coupon = await world.coupon();
    world.pg.fates.approve.push(fate);
    const request = await box.request(coupon);
    await world.deliver(request);
    await decided(request);
    expect(await lastOutcome(request)).toMatchObject({ kind: 'approved', approval: { approvalNumber: '00000001' } });
    expect(world.pg.calls.map((call) => call.method)).toEqual(['approve', 'inquire']);
    expect(await world.usesLeft(coupon.couponId)).toEqual([0]);
  });

  it('counts although the request has expired meanwhile: the terminal asks, or reverses', async () => {
    world.pg.fates.approve.push('silent');
    const request = await box.request(await world.coupon(), { expiresAtMs: world.nowMs() + 1_000 });
    await world.deliver(request);
    await decided(request);
    expect(world.nowMs()).toBeGreaterThan((request.message as { expiresAtMs: number }).expiresAtMs);
    expect(await lastOutcome(request)).toMatchObject({ kind: 'approved' });
  });

  it('is reversed when the PG has never seen it, and declined only then', async () => {
    const coupon = await world.coupon();
    world.pg.fates.approve.push('lost-request');
    world.pg.fates.reverse.push('lost-request', 'lost-answer');
    const request = await box.request(coupon);
    await world.deliver(request);
    await world.until(() => world.pg.countCalls('reverse') === 1);
    await world.deliver(await box.inquiry(request));
    expect(await lastOutcome(request)).toEqual({ kind: 'processing' });
    expect(await world.usesLeft(coupon.couponId)).toEqual([0]);
    await world.until(async () => (await world.state(request.paymentId)) === 'declined', 500);
    expect(await lastOutcome(request)).toEqual({ kind: 'declined', code: 'upstream_unavailable' });
    expect(world.pg.calls.map((call) => call.method)).toEqual(['approve', 'inquire', 'reverse', 'reverse', 'reverse']);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    await world.deliver(await box.inquiry(request), request);
    expect((await world.outcomes(request.paymentId)).slice(-2)).toEqual([
      { kind: 'declined', code: 'upstream_unavailable' },
      { kind: 'declined', code: 'upstream_unavailable' },
    ]);
  });

  it('is reversed when nobody answers the inquiry either, though the money has moved', async () => {
    const coupon = await world.coupon();
    world.pg.fates.approve.push('lost-answer');
    world.pg.fates.inquire.push('lost-request');
    const request = await box.request(coupon);
    await world.deliver(request);
    await decided(request);
    expect(await lastOutcome(request)).toEqual({ kind: 'declined', code: 'upstream_unavailable' });
    expect(world.pg.charges()).toEqual([]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
  });

  it('is asked about a few times while the PG is at it, then reversed', async () => {
    world.pg.isSlow = true;
    const request = await box.request(await world.coupon());
    await world.deliver(request);
    await decided(request);
    expect(world.pg.countCalls('inquire')).toBe(4);
    expect(await lastOutcome(request)).toEqual({ kind: 'declined', code: 'upstream_unavailable' });
    expect(world.pg.account(request.paymentId)?.state).toBe('reversed');
  });

  it('that comes after the reversal was acknowledged is refused by the tombstone', async () => {
    const coupon = await world.coupon();
    world.pg.fates.approve.push('held');
    const request = await box.request(coupon);
    await world.deliver(request);
    await decided(request);
    expect(await lastOutcome(request)).toEqual({ kind: 'declined', code: 'upstream_unavailable' });
    world.pg.release();
    await world.deliver(request, await box.inquiry(request));
    expect(world.pg.charges()).toEqual([]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    expect(await lastOutcome(request)).toEqual({ kind: 'declined', code: 'upstream_unavailable' });
  });
});

describe('while the PG is at it', () => {
  it('inquiries are answered with processing, and other payments go on', async () => {
    world.pg.fates.approve.push('held');
    const slow = await box.request(await world.coupon());
    const quick = await box.request(await world.coupon());
    await world.deliver(slow);
    await world.deliver(await box.inquiry(slow), quick);
    await decided(quick);
    expect(await world.outcomes(slow.paymentId)).toEqual([{ kind: 'processing' }]);
    expect(await lastOutcome(quick)).toMatchObject({ kind: 'approved' });
    world.pg.release();
    await world.until(async () => (await world.state(slow.paymentId)) === 'approved');
  });

  it('the business date cannot be closed; afterwards it can, and new payments get the next', async () => {
    const day = '2026-11-23' as never;
    world.pg.fates.approve.push('held');
    const request = await box.request(await world.coupon());
    await world.deliver(request);
    expect(await world.store.closeBusinessDate(day, 1)).toMatchObject({ ok: false, code: 'date_open_payments' });
    world.pg.release();
    await decided(request);
    expect(await world.store.closeBusinessDate(day, 1)).toMatchObject({ ok: true });
    expect(await world.store.closeBusinessDate(day, 2)).toMatchObject({ ok: true });
    expect(await world.store.isClosed(day)).toBe(true);
    const next = await box.request(await world.coupon());
    await world.deliver(next);
    await decided(next);
    expect(await lastOutcome(next)).toMatchObject({ approval: { businessDate: '2026-11-24' } });
    expect(world.pg.calls.at(-1)?.body).toMatchObject({ businessDate: '2026-11-24' });
  });

  it('new requests are turned away once too many wait', async () => {
    await world.dispose();
    world = await createOperatorWorld({ limits: { maxUnresolved: 1 } });
    box = await world.enrol('box-1');
    world.pg.fates.approve.push('held');
    const first = await box.request(await world.coupon());
    const second = await box.request(await world.coupon());
    await world.deliver(first);
    await world.deliver(second);
    expect(await lastOutcome(second)).toMatchObject({ type: 'message.rejected', code: 'rate_limited' });
    expect(await world.state(second.paymentId)).toBeUndefined();
    world.pg.release();
    await decided(first);
    await world.deliver(second);
    await world.until(async () => (await world.state(second.paymentId)) === 'approved');
  });
});
