import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorWorld, type OperatorWorld } from '../testing/operator-world.ts';
import { createTestBox, type SealedRequest, type TestBox } from '../testing/test-box.ts';

let world: OperatorWorld;
let box: TestBox;
beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
});
afterEach(() => world.dispose());

const day = '2026-11-23' as never;
const lastOutcome = async (request: SealedRequest) => (await world.outcomes(request.paymentId)).at(-1);
const reaches = (request: SealedRequest, state: string) =>
  world.until(async () => (await world.state(request.paymentId)) === state, 500);

async function pay(coupon?: Awaited<ReturnType<OperatorWorld['coupon']>>) {
  const used = coupon ?? (await world.coupon());
  const request = await box.request(used);
  await world.deliver(request);
  await reaches(request, 'approved');
  return { request, coupon: used };
}

describe('a reversal', () => {
  it('of an approved payment takes the charge back, gives the use back and mirrors the sale', async () => {
    const { request, coupon } = await pay();
    const reversal = await box.reversal(request);
    await world.deliver(reversal);
    await reaches(request, 'reversed');
    expect(await lastOutcome(request)).toEqual({ kind: 'reversed' });
    expect(await world.store.findPayment(request.paymentId)).toMatchObject({ reversalJws: reversal.jws });
    expect(world.pg.charges()).toEqual([]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    expect(await world.entries()).toEqual([
      ['sale', 45_000, day],
      ['reversal', 45_000, day],
    ]);
    expect(await world.balances()).toEqual({});
  });

  it('repeated is answered with the same words, and done once', async () => {
    const { request, coupon } = await pay();
    world.pg.fates.reverse.push('held');
    await world.deliver(await box.reversal(request), await box.reversal(request));
    world.pg.release();
    await reaches(request, 'reversed');
    await world.deliver(await box.reversal(request), request);
    expect(world.pg.countCalls('reverse')).toBe(1);
    expect(world.sent.slice(1)).toEqual([world.sent[1], world.sent[1], world.sent[1]]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    expect(await world.entries()).toHaveLength(2);
  });

  it('is acknowledged only once the PG has acknowledged it', async () => {
    const { request } = await pay();
    world.pg.fates.reverse.push('lost-request', { refuse: 'rate_limited' }, 'silent');
    await world.deliver(await box.reversal(request));
    await world.until(() => world.pg.countCalls('reverse') === 1);
    await world.deliver(await box.inquiry(request), await box.reversal(request));
    expect(await lastOutcome(request)).toEqual({ kind: 'processing' });
    await reaches(request, 'reversed');
    expect(world.pg.countCalls('reverse')).toBe(4);
    expect(
      (await world.outcomes(request.paymentId)).filter((each) => 'kind' in each && each.kind === 'reversed'),
    ).toHaveLength(1);
  });

  it('overtakes an approval that is under way', async () => {
    const coupon = await world.coupon();
    world.pg.fates.approve.push('held');
    const request = await box.request(coupon);
    await world.deliver(request);
    await world.deliver(await box.reversal(request));
    await reaches(request, 'reversed');
    world.pg.release();
    await world.deliver(await box.inquiry(request));
    expect(await world.outcomes(request.paymentId)).toEqual([{ kind: 'reversed' }, { kind: 'reversed' }]);
    expect(world.pg.charges()).toEqual([]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    expect(await world.entries()).toEqual([]);
  });

  it('adopts the one that is under way on our own account', async () => {
    world.pg.fates.approve.push('lost-request');
    world.pg.fates.reverse.push('lost-request');
    const request = await box.request(await world.coupon());
    await world.deliver(request);
    await world.until(() => world.pg.countCalls('reverse') === 1);
    await world.deliver(await box.reversal(request));
    await reaches(request, 'reversed');
    expect(await world.outcomes(request.paymentId)).toEqual([{ kind: 'reversed' }]);
  });

  it('of a declined payment is acknowledged without a call', async () => {
    const request = await box.request(await world.coupon());
    world.pg.declines.set(request.paymentId, 'card_declined');
    await world.deliver(request);
    await reaches(request, 'declined');
    await world.deliver(await box.reversal(request));
    expect(await lastOutcome(request)).toEqual({ kind: 'reversed' });
    expect(world.pg.countCalls('reverse')).toBe(0);
    expect(await world.store.findPayment(request.paymentId)).toMatchObject({ declineCode: 'card_declined' });
  });

  it('of a payment never seen leaves a tombstone: the late request is declined', async () => {
    const coupon = await world.coupon();
    const request = await box.request(coupon);
    await world.deliver(await box.reversal(request));
    expect(await lastOutcome(request)).toEqual({ kind: 'reversed' });
    await world.deliver(request);
    expect(await lastOutcome(request)).toEqual({ kind: 'declined', code: 'payment_reversed' });
    await world.deliver(await box.reversal(request), await box.inquiry(request));
    expect((await world.outcomes(request.paymentId)).slice(2)).toEqual([{ kind: 'reversed' }, { kind: 'reversed' }]);
    expect(world.pg.calls).toEqual([]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
  });

  it('gives the use back so that the coupon can be used again', async () => {
    const { request, coupon } = await pay();
    await world.deliver(await box.reversal(request));
    await reaches(request, 'reversed');
    await pay(coupon);
    expect(await world.usesLeft(coupon.couponId)).toEqual([0]);
    expect(world.pg.charges()).toHaveLength(1);
  });
});

describe('the business date of a reversal', () => {
  it('is the first open one when the date of the sale is closed', async () => {
    const { request } = await pay();
    await world.store.closeBusinessDate(day, world.nowMs());
    world.pg.fates.reverse.push('lost-request');
    await world.deliver(await box.reversal(request));
    await world.until(() => world.pg.countCalls('reverse') === 1);
    expect(await world.store.closeBusinessDate('2026-11-24' as never, 1)).toMatchObject({ code: 'date_open_payments' });
    await reaches(request, 'reversed');
    expect(await world.entries()).toEqual([
      ['sale', 45_000, day],
      ['reversal', 45_000, '2026-11-24'],
    ]);
    expect(world.pg.calls.at(-1)?.body).toMatchObject({ businessDate: '2026-11-24' });
  });

  it('is told with its sale, for two statements name a payment of which the box may know nothing', async () => {
    const { request } = await pay();
    await world.store.closeBusinessDate(day, world.nowMs());
    await world.deliver(await box.reversal(request));
    await reaches(request, 'reversed');
    const split = (await world.store.findPayment(request.paymentId))?.terms?.split;
    expect(split).toMatchObject({ chargedWon: 45_000 });
    const paid = { salePayoutDate: '2026-11-24', reversalPayoutDate: '2026-11-25' };
    const stated = { split, saleDate: day, reversalDate: '2026-11-24', ...paid };
    expect(await lastOutcome(request)).toEqual({ kind: 'reversed', stated });
    await world.deliver(await box.inquiry(request));
    expect(await lastOutcome(request)).toEqual({ kind: 'reversed', stated });
  });

  it('moves on when the PG has closed it before', async () => {
    const { request } = await pay();
    world.pg.fates.reverse.push({ refuse: 'date_closed' });
    await world.deliver(await box.reversal(request));
    await reaches(request, 'reversed');
    expect(world.pg.account(request.paymentId)?.reversedOn).toBe('2026-11-24');
    expect((await world.entries()).at(-1)).toEqual(['reversal', 45_000, '2026-11-24']);
    expect(await lastOutcome(request)).toMatchObject({ stated: { saleDate: day, reversalDate: '2026-11-24' } });
  });
});

describe('the request inside a reversal', () => {
  const reverse = async (requestJws: string, request: SealedRequest) => {
    await world.deliver(await box.reversal({ ...request, jws: requestJws }));
    return lastOutcome(request);
  };

  it('must be signed by this box', async () => {
    const { request } = await pay();
    const stranger = createTestBox(box.deviceId, box.merchantId, world.clock);
    const forged = await stranger.seal(request.message as never);
    expect(await reverse(forged.jws, request)).toMatchObject({ code: 'signature_invalid' });
    expect(await reverse('no.jws.atall', request)).toMatchObject({ code: 'signature_invalid' });
    expect(await world.state(request.paymentId)).toBe('approved');
  });

  it('must be a request, about this payment, and the very one', async () => {
    const { request, coupon } = await pay();
    const inquiry = await box.inquiry(request);
    expect(await reverse(inquiry.jws, request)).toMatchObject({ code: 'invalid_input' });
    const another = await box.request(coupon);
    expect(await reverse(another.jws, request)).toMatchObject({ code: 'payment_id_conflict' });
    const altered = await box.request(coupon, { paymentId: request.paymentId, listAmountWon: 1 as never });
    expect(await reverse(altered.jws, request)).toMatchObject({ code: 'payment_id_conflict' });
    expect(await world.state(request.paymentId)).toBe('approved');
  });

  it('still counts when the box has a new key since', async () => {
    const { request } = await pay();
    const renewed = createTestBox(box.deviceId, box.merchantId, world.clock);
    const { x } = renewed.jwk;
    await world.store.enrolDevice({ ...box, kid: 'box-1-2', x }, world.nowMs());
    renewed.signer.kid = 'box-1-2';
    await world.deliver(await box.reversal(request));
    expect(await world.state(request.paymentId)).toBe('approved');
    await world.deliver(await renewed.reversal(request));
    await reaches(request, 'reversed');
  });

  it('is of no use to another box', async () => {
    const { request } = await pay();
    const other = await world.enrol('box-2');
    await world.deliver(await other.reversal(request));
    expect(await lastOutcome(request)).toMatchObject({ type: 'message.rejected', code: 'signature_invalid' });
    expect(await world.state(request.paymentId)).toBe('approved');
  });
});
