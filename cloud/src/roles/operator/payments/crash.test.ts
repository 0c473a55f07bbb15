import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperatorStore } from '../../../ports/operator-store.ts';
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

type Moment = [keyof OperatorStore, 'before' | 'after'];

const reaches = (request: SealedRequest, state: string) =>
  world.until(async () => (await world.state(request.paymentId)) === state, 500);
const lastOutcome = async (request: SealedRequest) => (await world.outcomes(request.paymentId)).at(-1);
const atRest = (request: SealedRequest) =>
  world.until(async () => {
    const state = await world.state(request.paymentId);
    return state !== undefined && !['authorising', 'reversing', 'cancelling'].includes(state);
  }, 500);

/** What the terminal is told, what the customer is charged, what the coupon holds and what is booked: one truth. */
async function expectAgreement(request: SealedRequest, couponId: string) {
  const state = await world.state(request.paymentId);
  const isCharged = state === 'approved';
  expect(world.pg.charges()).toEqual(isCharged ? [request.paymentId] : []);
  expect(await world.usesLeft(couponId as never)).toEqual([isCharged ? 0 : 1]);
  if (isCharged) expect(await world.entries()).toHaveLength(1);
  else expect(await world.balances()).toEqual({});
  await world.deliver(await box.inquiry(request));
  const told = await lastOutcome(request);
  expect(told).toMatchObject({ kind: state === 'cancelled' ? 'approved' : state });
}

describe('a crash while a payment is made', () => {
  it.each<[Moment, Fate, string]>([
    [['acceptRequest', 'before'], 'ok', 'approved'],
    [['acceptRequest', 'after'], 'ok', 'declined'],
    [['approve', 'before'], 'ok', 'approved'],
    [['approve', 'after'], 'ok', 'approved'],
    [['decline', 'before'], { refuse: 'card_declined' }, 'declined'],
    [['decline', 'after'], { refuse: 'card_declined' }, 'declined'],
    [['beginReversal', 'before'], 'lost-request', 'declined'],
    [['beginReversal', 'after'], 'lost-request', 'declined'],
    [['finishReversal', 'before'], 'lost-request', 'declined'],
    [['finishReversal', 'after'], 'lost-request', 'declined'],
    [['addUncharged', 'before'], 'ok', 'approved'],
  ])('at %j with the PG %j ends as one truth, %s', async ([method, when], fate, end) => {
    const coupon = await world.coupon();
    world.pg.fates.approve.push(fate);
    const request = await box.request(coupon, method === 'addUncharged' ? { headcount: 9 } : {});
    const crashed = world.crash(method, when);
    void world.role.onDeviceMessage(request.delivered);
    await crashed;
    await world.reboot();
    // The box repeats what was not answered.
    const again = method === 'addUncharged' ? await box.request(coupon) : request;
    if ((await world.state(again.paymentId)) === undefined) await world.deliver(again);
    await atRest(again);
    expect(await world.state(again.paymentId)).toBe(end);
    await expectAgreement(again, coupon.couponId);
  });

  it('after the PG was called but before anything came back asks the PG first', async () => {
    const coupon = await world.coupon();
    world.pg.fates.approve.push('held');
    const request = await box.request(coupon);
    await world.deliver(request);
    await world.until(() => world.pg.countCalls('approve') === 1);
    world.pg.release();
    await world.until(() => world.pg.account(request.paymentId) !== undefined);
    await world.reboot();
    await atRest(request);
    await expectAgreement(request, coupon.couponId);
  });
});

describe('a crash while a recheck is answered', () => {
  it.each<Moment>([
    ['acceptConfirm', 'before'],
    ['acceptConfirm', 'after'],
    ['declineConfirm', 'before'],
    ['declineConfirm', 'after'],
  ])('at %s, %s, ends as one truth', async (method, when) => {
    const coupon = await world.coupon();
    const request = await box.request(coupon, { headcount: 3 });
    await world.deliver(request);
    const confirm = await box.confirm(request, method === 'acceptConfirm' ? { headcount: 3 } : {});
    const crashed = world.crash(method, when);
    void world.role.onDeviceMessage(confirm.delivered);
    await crashed;
    await world.reboot();
    await world.deliver(confirm);
    await world.until(
      async () => !['recheck', 'authorising', 'reversing'].includes(String(await world.state(request.paymentId))),
      500,
    );
    await expectAgreement(request, coupon.couponId);
  });
});

describe('a crash while a payment is undone', () => {
  it.each<Moment>([
    ['beginReversal', 'before'],
    ['beginReversal', 'after'],
    ['finishReversal', 'before'],
    ['finishReversal', 'after'],
  ])('by a reversal, at %s, %s, leaves no charge', async (method, when) => {
    const coupon = await world.coupon();
    const request = await box.request(coupon);
    await world.deliver(request);
    await reaches(request, 'approved');
    const reversal = await box.reversal(request);
    const crashed = world.crash(method, when);
    void world.role.onDeviceMessage(reversal.delivered);
    await crashed;
    await world.reboot();
    if ((await world.state(request.paymentId)) === 'approved') await world.deliver(reversal);
    await reaches(request, 'reversed');
    await expectAgreement(request, coupon.couponId);
    expect((await world.entries()).map(([kind]) => kind)).toEqual(['sale', 'reversal']);
  });

  it.each<Moment>([
    ['beginCancel', 'before'],
    ['beginCancel', 'after'],
    ['finishCancel', 'before'],
    ['finishCancel', 'after'],
  ])('by a cancel, at %s, %s, gives the money back once', async (method, when) => {
    const coupon = await world.coupon();
    const request = await box.request(coupon);
    await world.deliver(request);
    await reaches(request, 'approved');
    const cancel = await box.cancel(request);
    const crashed = world.crash(method, when);
    void world.role.onDeviceMessage(cancel.delivered);
    await crashed;
    await world.reboot();
    await world.deliver(cancel);
    await reaches(request, 'cancelled');
    await expectAgreement(request, coupon.couponId);
    await world.deliver(cancel);
    expect((await world.messages()).findLast((each) => each.type === 'cancel.result')).toMatchObject({
      outcome: { kind: 'cancelled' },
    });
    expect((await world.entries()).map(([kind]) => kind)).toEqual(['sale', 'cancel']);
  });

  it('by a reversal that the PG does not acknowledge goes on after the restart', async () => {
    const coupon = await world.coupon();
    const request = await box.request(coupon);
    await world.deliver(request);
    await reaches(request, 'approved');
    world.pg.fates.reverse.push('lost-request', 'lost-request', 'lost-answer');
    await world.deliver(await box.reversal(request));
    await world.until(() => world.pg.countCalls('reverse') === 1);
    await world.reboot();
    await world.until(() => world.pg.countCalls('reverse') === 2);
    await world.reboot();
    await reaches(request, 'reversed');
    await expectAgreement(request, coupon.couponId);
  });
});

describe('what was left to lie', () => {
  it('is found by the sweep, without a restart', async () => {
    const coupon = await world.coupon();
    const request = await box.request(coupon);
    await world.deliver(request);
    await reaches(request, 'approved');
    await world.db.updateTable('operator_payments').set({ state: 'reversing', reversal_cause: 'terminal' }).execute();
    await world.db
      .updateTable('operator_payments')
      .set({ reversal_date: '2026-11-23' as never })
      .execute();
    await reaches(request, 'reversed');
    await expectAgreement(request, coupon.couponId);
  });
});
