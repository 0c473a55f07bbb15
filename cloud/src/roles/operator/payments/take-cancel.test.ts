import { won } from '@scanpay/shared/money.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorWorld, type OperatorWorld } from '../testing/operator-world.ts';
import type { SealedRequest, TestBox } from '../testing/test-box.ts';

let world: OperatorWorld;
let box: TestBox;
beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
});
afterEach(() => world.dispose());

const day = '2026-11-23';
const nextDay = '2026-11-24';
const dayMs = 86_400_000;
const lastOutcome = async (request: SealedRequest) => (await world.outcomes(request.paymentId)).at(-1);
const reaches = (request: SealedRequest, state: string) =>
  world.until(async () => (await world.state(request.paymentId)) === state, 500);

async function pay() {
  const coupon = await world.coupon();
  const request = await box.request(coupon);
  await world.deliver(request);
  await reaches(request, 'approved');
  return { request, coupon };
}

describe('a cancel', () => {
  it('gives money and use back, and books the mirrored sale on the same date', async () => {
    const { request, coupon } = await pay();
    const cancel = await box.cancel(request);
    await world.deliver(cancel);
    await reaches(request, 'cancelled');
    expect(await lastOutcome(request)).toMatchObject({
      type: 'cancel.result',
      outcome: { kind: 'cancelled', businessDate: day, cancelledAtMs: world.nowMs() },
    });
    expect(world.pg.charges()).toEqual([]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    expect(await world.entries()).toEqual([
      ['sale', 45_000, day],
      ['cancel', 45_000, day],
    ]);
    expect(await world.balances()).toEqual({});
  });

  it('repeated gets the stored answer; another cancel finds nothing left', async () => {
    const { request, coupon } = await pay();
    const cancel = await box.cancel(request);
    world.pg.fates.cancel.push('held');
    await world.deliver(cancel, cancel);
    world.pg.release();
    await reaches(request, 'cancelled');
    await world.deliver(cancel);
    expect(world.sent[2]).toEqual(world.sent[1]);
    await world.deliver(await box.cancel(request));
    expect(await lastOutcome(request)).toMatchObject({ outcome: { kind: 'declined', code: 'refund_limit' } });
    expect(world.pg.countCalls('cancel')).toBe(1);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
  });

  it('with the id of another is a conflict', async () => {
    const { request } = await pay();
    const cancelId = box.cancelId();
    await world.deliver(await box.cancel(request, cancelId, won(45_001)));
    expect(await lastOutcome(request)).toMatchObject({ outcome: { code: 'refund_limit' } });
    await world.deliver(await box.cancel(request, cancelId));
    expect(await lastOutcome(request)).toMatchObject({ type: 'message.rejected', code: 'payment_id_conflict' });
    expect(await world.state(request.paymentId)).toBe('approved');
  });

  it('is repeated at the PG until it is answered, and blocks the close of its date', async () => {
    const { request } = await pay();
    world.pg.fates.cancel.push('lost-request', 'lost-answer', 'silent');
    await world.deliver(await box.cancel(request));
    await world.until(() => world.pg.countCalls('cancel') === 1);
    expect(await world.store.closeBusinessDate(day as never, 1)).toMatchObject({ code: 'date_open_payments' });
    await world.deliver(await box.inquiry(request));
    expect(await lastOutcome(request)).toMatchObject({ kind: 'approved' });
    await reaches(request, 'cancelled');
    expect(world.pg.countCalls('cancel')).toBe(4);
  });

  it('refused by the PG leaves the payment approved', async () => {
    const { request, coupon } = await pay();
    world.pg.fates.cancel.push({ refuse: 'refund_window' });
    await world.deliver(await box.cancel(request));
    await world.until(async () => (await world.outcomes(request.paymentId)).length === 2);
    expect(await lastOutcome(request)).toMatchObject({ outcome: { kind: 'declined', code: 'refund_window' } });
    expect(await world.state(request.paymentId)).toBe('approved');
    expect(await world.usesLeft(coupon.couponId)).toEqual([0]);
    await world.deliver(await box.cancel(request));
    await reaches(request, 'cancelled');
  });

  it('after its window is declined', async () => {
    const { request } = await pay();
    world.scheduler.advance(31 * dayMs);
    const cancel = await box.cancel(request);
    await world.deliver(cancel);
    expect(await lastOutcome(request)).toMatchObject({ outcome: { kind: 'declined', code: 'refund_window' } });
    await world.deliver(cancel);
    expect(world.sent.at(-1)).toEqual(world.sent.at(-2));
    expect(world.pg.countCalls('cancel')).toBe(0);
  });

  it('after its date was closed is booked on the first open one', async () => {
    const { request } = await pay();
    await world.store.closeBusinessDate(day as never, world.nowMs());
    await world.deliver(await box.cancel(request));
    await reaches(request, 'cancelled');
    expect(await world.entries()).toEqual([
      ['sale', 45_000, day],
      ['cancel', 45_000, nextDay],
    ]);
  });

  it('in parts books each on its own date, and gives the use back with the last one', async () => {
    const { request, coupon } = await pay();
    const refund = async (amountWon: number) => {
      await world.deliver(await box.cancel(request, undefined, won(amountWon)));
      await world.until(async () => (await world.state(request.paymentId)) !== 'cancelling', 500);
    };
    await refund(10_000);
    expect(await world.state(request.paymentId)).toBe('approved');
    world.scheduler.advance(dayMs);
    await refund(20_000);
    expect(await world.usesLeft(coupon.couponId)).toEqual([0]);
    await refund(15_001);
    expect(await lastOutcome(request)).toMatchObject({ outcome: { kind: 'declined', code: 'refund_limit' } });
    await refund(15_000);
    expect(await world.state(request.paymentId)).toBe('cancelled');
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    expect(await world.entries()).toEqual([
      ['sale', 45_000, day],
      ['cancel', 10_000, day],
      ['cancel', 20_000, nextDay],
      ['cancel', 15_000, nextDay],
    ]);
    expect(await world.balances()).toEqual({});
  });

  it('of a part blocks the close of its own date, not of the sale, and keeps a reversal away', async () => {
    const { request } = await pay();
    world.scheduler.advance(dayMs);
    world.pg.fates.cancel.push('held');
    await world.deliver(await box.cancel(request, undefined, won(1_000)));
    expect(await world.store.closeBusinessDate(day as never, 1)).toEqual({ ok: true, value: undefined });
    expect(await world.store.closeBusinessDate(nextDay as never, 1)).toMatchObject({ code: 'date_open_payments' });
    world.pg.release();
    await reaches(request, 'approved');
    await world.deliver(await box.reversal(request));
    expect(await lastOutcome(request)).toMatchObject({ type: 'message.rejected', code: 'payment_state' });
  });

  it('moves to the next date when the PG has closed the one it was begun on', async () => {
    const { request } = await pay();
    world.pg.fates.cancel.push({ refuse: 'date_closed' });
    await world.deliver(await box.cancel(request));
    await reaches(request, 'cancelled');
    expect(await lastOutcome(request)).toMatchObject({ outcome: { kind: 'cancelled', businessDate: nextDay } });
  });

  it('of a reversed, unknown or unfinished payment is declined with its own code', async () => {
    const { request } = await pay();
    await world.deliver(await box.reversal(request));
    await reaches(request, 'reversed');
    await world.deliver(await box.cancel(request));
    expect(await lastOutcome(request)).toMatchObject({ outcome: { code: 'payment_reversed' } });
    const unseen = await box.request(await world.coupon());
    await world.deliver(await box.cancel(unseen));
    expect(await lastOutcome(unseen)).toMatchObject({ outcome: { code: 'payment_unknown' } });
    world.pg.fates.approve.push('held');
    await world.deliver(unseen);
    await world.deliver(await box.cancel(unseen));
    expect(await lastOutcome(unseen)).toMatchObject({ outcome: { code: 'payment_state' } });
  });

  it('by another box of the shop is declined: it is not in that journal', async () => {
    const { request } = await pay();
    const other = await world.enrol('box-2');
    await world.deliver(await other.cancel(request));
    expect(await lastOutcome(request)).toMatchObject({ outcome: { kind: 'declined', code: 'device_mismatch' } });
    expect(await world.state(request.paymentId)).toBe('approved');
  });

  it('cannot be undone by a reversal', async () => {
    const { request, coupon } = await pay();
    await world.deliver(await box.cancel(request));
    await reaches(request, 'cancelled');
    await world.deliver(await box.reversal(request));
    expect(await lastOutcome(request)).toMatchObject({ type: 'message.rejected', code: 'payment_state' });
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
  });
});
