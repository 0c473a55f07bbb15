import { receiptKey } from '@scanpay/shared/auth-barcode/testing/fixtures.ts';
import { receiptSealKeyOf, sealReceiptIdentity } from '@scanpay/shared/cash-receipt/sealed-identity.ts';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { won } from '@scanpay/shared/money.ts';
import type { PaymentRequest } from '@scanpay/shared/wire/messages.ts';
import type { MerchantTermsMessage } from '@scanpay/shared/wire/queries.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import type { Fate } from '../testing/fake-pg.ts';
import { createOperatorWorld, entitlement, type OperatorWorld, shop } from '../testing/operator-world.ts';
import type { SealedRequest, TestBox } from '../testing/test-box.ts';

const dayMs = 86_400_000;
let world: OperatorWorld;
let box: TestBox;
type Coupon = Awaited<ReturnType<OperatorWorld['coupon']>>;
beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
});
afterEach(() => world.dispose());

const termsSent = async (): Promise<MerchantTermsMessage[]> =>
  (await world.messages()).filter((message) => message.type === 'merchant.terms');
async function askTerms(of: TestBox = box): Promise<MerchantTermsMessage> {
  const before = (await termsSent()).length;
  await world.deliver(await of.seal({ type: 'terms.query' }));
  await world.until(async () => (await termsSent()).length > before);
  return (await termsSent()).at(-1)!;
}
/** A sale of 50,000 won that the box made by these terms, 10 % off. */
async function redemption(coupon: Coupon, termsId: string, differing: Partial<PaymentRequest> = {}) {
  const redeemedAtMs = world.nowMs();
  const quote = { discountWon: won(5_000), chargedWon: won(45_000) };
  const offline = { redeemedAtMs, termsId, offerId: entitlement.offerId, ...quote };
  return box.request(coupon, { tender: 'cash', expiresAtMs: redeemedAtMs + 7 * dayMs, offline, ...differing });
}
const settled = (request: SealedRequest) =>
  world.until(async () => ['approved', 'declined'].includes(String(await world.state(request.paymentId))), 500);

describe('the terms of a merchant', () => {
  it('name what its customers hold, under one id as long as they are the same', async () => {
    await world.coupon();
    const first = await askTerms();
    expect(first).toMatchObject({
      terms: {
        merchantId: shop,
        contractVersion: 3,
        offers: [{ offerId: 'o-table', discount: entitlement.discount, uses: 1 }],
        limits: { maxPerCoupon: 1 },
      },
    });
    expect(first.validUntilMs - first.issuedAtMs).toBe(dayMs);
    expect((await askTerms()).termsId).toBe(first.termsId);
  });

  it('go to every box of the merchant when a coupon with a new offer was sold', async () => {
    expect((await askTerms()).terms.offers).toEqual([]);
    const neighbour = await world.enrol('box-2');
    const sell = async () =>
      world.role.app.inject({ method: 'POST', url: '/v1/pre-registrations', payload: await world.body() });
    expect((await sell()).statusCode).toBe(200);
    await world.until(async () => (await termsSent()).length === 3);
    const told = (await termsSent()).slice(1);
    expect(told.map(({ deviceId }) => deviceId)).toEqual([box.deviceId, neighbour.deviceId]);
    expect(told.every(({ terms }) => terms.offers.length === 1)).toBe(true);
    // Another coupon for the same offer is no news.
    await sell();
    expect(await termsSent()).toHaveLength(3);
  });

  it('are kept, so that a redemption by older ones is still held against them', async () => {
    const coupon = await world.coupon();
    const { termsId } = await askTerms();
    const request = await redemption(coupon, termsId);
    await world.coupon({ entitlements: [{ ...entitlement, offerId: 'o-new' as never }] });
    await world.reboot();
    expect((await askTerms()).termsId).not.toBe(termsId);
    await world.deliver(request);
    await settled(request);
    expect(await world.state(request.paymentId)).toBe('approved');
  });
});

describe('a redemption made offline', () => {
  it('is booked on the day it was made, the use consumed, the fees owed, the PG told', async () => {
    const coupon = await world.coupon();
    const request = await redemption(coupon, (await askTerms()).termsId);
    const madeOn = businessDateAt(world.nowMs());
    world.scheduler.advance(dayMs);
    await world.deliver(request);
    await settled(request);
    expect(await world.outcomes(request.paymentId)).toMatchObject([
      { kind: 'approved', approval: { tender: 'cash', businessDate: madeOn, split: { chargedWon: 45_000 } } },
    ]);
    expect(await world.entries()).toEqual([['sale', 45_000, madeOn]]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([0]);
    expect(world.pg.charges()).toEqual([request.paymentId]);
  });

  it('is booked on the next open day once its own is closed', async () => {
    const coupon = await world.coupon();
    const request = await redemption(coupon, (await askTerms()).termsId);
    const madeOn = businessDateAt(world.nowMs());
    world.scheduler.advance(dayMs);
    await world.store.closeBusinessDate(madeOn, world.nowMs());
    await world.deliver(request);
    await settled(request);
    expect(await world.entries()).toEqual([['sale', 45_000, businessDateAt(world.nowMs())]]);
  });

  it('repeated, however often and in whatever order, is booked once', async () => {
    const coupons = [await world.coupon(), await world.coupon(), await world.coupon()];
    const { termsId } = await askTerms();
    const requests = await Promise.all(coupons.map((coupon) => redemption(coupon, termsId)));
    const [first, second, third] = requests as [SealedRequest, SealedRequest, SealedRequest];
    await world.deliver(third, first, third, second, first, second, third);
    for (const request of requests) await settled(request);
    await world.deliver(second, third, first);
    expect((await world.entries()).length).toBe(3);
    expect(world.pg.charges().toSorted()).toEqual(requests.map(({ paymentId }) => paymentId).toSorted());
    for (const { paymentId } of requests) {
      const kinds = (await world.outcomes(paymentId)).map((each) => 'kind' in each && each.kind);
      expect(new Set(kinds)).toEqual(new Set(['approved']));
    }
  });

  it('of a coupon that was used elsewhere meanwhile is declined, and books nothing', async () => {
    const coupon = await world.coupon();
    const { termsId } = await askTerms();
    const online = await box.request(coupon, { tender: 'cash' });
    await world.deliver(online);
    await settled(online);
    const request = await redemption(coupon, termsId);
    await world.deliver(request);
    expect(await world.outcomes(request.paymentId)).toEqual([{ kind: 'declined', code: 'coupon_used' }]);
    expect((await world.entries()).length).toBe(1);
    expect(world.pg.charges()).toEqual([online.paymentId]);
  });

  it('goes on while the PG is away: told again until it answers, and never reversed', async () => {
    const coupon = await world.coupon();
    const request = await redemption(coupon, (await askTerms()).termsId);
    world.pg.fates.approve.push('lost-request', 'silent', 'lost-answer');
    await world.deliver(request);
    await settled(request);
    expect(await world.state(request.paymentId)).toBe('approved');
    expect(world.pg.countCalls('approve')).toBeGreaterThanOrEqual(4);
    expect(world.pg.countCalls('reverse')).toBe(0);
    expect((await world.entries()).length).toBe(1);
  });
});

describe('a crash while a redemption is taken', () => {
  it.each<[keyof OperatorStore, 'before' | 'after', Fate]>([
    ['acceptRequest', 'before', 'ok'],
    ['acceptRequest', 'after', 'ok'],
    ['acceptRequest', 'after', 'lost-answer'],
    ['approve', 'before', 'ok'],
    ['approve', 'after', 'ok'],
  ])('at %s, %s, with the PG %j ends booked once', async (method, when, fate) => {
    const coupon = await world.coupon();
    const request = await redemption(coupon, (await askTerms()).termsId);
    world.pg.fates.approve.push(fate);
    const crashed = world.crash(method, when);
    void world.role.onDeviceMessage(request.delivered);
    await crashed;
    await world.reboot();
    // The box repeats what was not answered.
    await world.deliver(request);
    await settled(request);
    expect(await world.state(request.paymentId)).toBe('approved');
    expect((await world.entries()).length).toBe(1);
    expect(await world.usesLeft(coupon.couponId)).toEqual([0]);
    expect(world.pg.charges()).toEqual([request.paymentId]);
    await world.deliver(request);
    expect((await world.outcomes(request.paymentId)).at(-1)).toMatchObject({ kind: 'approved' });
  });
});

describe('a cash receipt with a redemption', () => {
  const ask = (deviceId = box.deviceId): NonNullable<PaymentRequest['cashReceipt']> => {
    const identity = { purpose: 'income-deduction', kind: 'mobile', digits: '01055556789' } as const;
    const sealed = sealReceiptIdentity(identity, deviceId, receiptSealKeyOf(receiptKey));
    return { purpose: 'income-deduction', numberMasked: '010-****-6789', sealed };
  };
  it.each([
    ['is issued at the sync', 'box-1', 'issued'],
    ['that cannot be read fails by itself: the sale has happened', 'box-2', 'failed'],
  ])('%s', async (_what, sealedFor, state) => {
    const coupon = await world.coupon();
    const { termsId } = await askTerms();
    const request = await redemption(coupon, termsId, { cashReceipt: ask(sealedFor as never) });
    await world.deliver(request);
    await settled(request);
    expect(await world.state(request.paymentId)).toBe('approved');
    await world.until(async () => (await world.store.listReceiptOrders(request.paymentId))[0]?.state === state, 500);
  });
});
