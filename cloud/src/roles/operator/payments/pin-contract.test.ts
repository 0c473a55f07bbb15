import type { ContractDraft } from '@scanpay/shared/api/contract.ts';
import { basisPoints, won } from '@scanpay/shared/money.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractOf, feeOf } from '../../../core/contract/testing/contracts.ts';
import { createOperatorWorld, entitlement, type OperatorWorld, shop } from '../testing/operator-world.ts';
import type { TestBox } from '../testing/test-box.ts';

const dayMs = 86_400_000;
const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const { merchantId: _merchant, version: _version, ...terms } = contractOf(shop, rates);

let world: OperatorWorld;
let box: TestBox;
/** Its clock stands on 2026-11-23; from the day after, 20 % off, and the operator takes 3 %, 10,000 won at least. */
beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
  const draft: ContractDraft = {
    ...terms,
    validFrom: '2026-11-24' as ContractDraft['validFrom'],
    operatorFee: { bps: 300, minWon: won(10_000), capWon: null },
    discount: { kind: 'percent', bps: 2_000 },
  };
  await world.role.app.inject({ method: 'POST', url: `/v1/merchants/${shop}/contracts`, payload: draft });
});
afterEach(() => world.dispose());

const coupon = () => world.coupon({ entitlements: [{ ...entitlement, uses: 9 }] });
const payment = (paymentId: string) => world.store.findPayment(paymentId as never);
const settled = (paymentId: string, state: string) =>
  world.until(async () => (await world.state(paymentId as never)) === state);
async function pay(customer: Awaited<ReturnType<typeof coupon>>) {
  const request = await box.request(customer);
  await world.deliver(request);
  await settled(request.paymentId, 'approved');
  return request;
}

describe('the contract of a payment', () => {
  it('is the one of its business date, named in the payment and in the signed approval', async () => {
    const customer = await coupon();
    const before = await pay(customer);
    world.scheduler.advance(dayMs);
    const after = await pay(customer);
    const [old, young] = await world.store.listContracts(shop);
    expect((await payment(before.paymentId))?.terms).toMatchObject({
      contractVersion: 3,
      contractDigest: old?.digest,
      discountWon: 5_000,
      split: { chargedWon: 45_000, operatorFeeWon: 2_250, merchantShareWon: 41_625 },
    });
    expect((await payment(after.paymentId))?.terms).toMatchObject({
      contractVersion: 4,
      contractDigest: young?.digest,
      discountWon: 10_000,
      split: { chargedWon: 40_000, cardFeeWon: 720, pgFeeWon: 280, operatorFeeWon: 10_000, merchantShareWon: 29_000 },
    });
    expect(await world.outcomes(after.paymentId)).toMatchObject([
      { approval: { contractVersion: 4, contractDigest: young?.digest } },
    ]);
  });

  it('stays with it when it is reversed under the next contract', async () => {
    const request = await pay(await coupon());
    await world.store.closeBusinessDate('2026-11-23' as never, world.nowMs());
    world.scheduler.advance(dayMs);
    await world.deliver(await box.reversal(request));
    await settled(request.paymentId, 'reversed');
    expect((await payment(request.paymentId))?.terms).toMatchObject({ contractVersion: 3 });
    expect(await world.entries()).toEqual([
      ['sale', 45_000, '2026-11-23'],
      ['reversal', 45_000, '2026-11-24'],
    ]);
    expect(await world.balances()).toEqual({});
  });

  it('is the one of the day it is booked on, where the day it was made on is closed', async () => {
    await world.store.closeBusinessDate('2026-11-23' as never, world.nowMs());
    const { paymentId } = await pay(await coupon());
    expect(await payment(paymentId)).toMatchObject({ businessDate: '2026-11-24', terms: { contractVersion: 4 } });
  });
});

describe('the terms for offline cash', () => {
  const termsSent = async () => (await world.messages()).filter((message) => message.type === 'merchant.terms').at(-1);
  const askTerms = async () => {
    await world.deliver(await box.seal({ type: 'terms.query' }));
    await world.until(async () => (await termsSent()) !== undefined);
    return termsSent();
  };
  it('leave out what a box cannot work out: a discount by the night', async () => {
    const night = { kind: 'amount-per-night', amountWon: 5_000 } as never;
    await world.coupon({ entitlements: [{ ...entitlement, offerId: 'o-stay' as never, discount: night }] });
    await coupon();
    expect(await askTerms()).toMatchObject({ terms: { contractVersion: 3, offers: [{ offerId: 'o-table' }] } });
  });

  it('leave out what the contract may better', async () => {
    await coupon();
    world.scheduler.advance(dayMs);
    expect(await askTerms()).toMatchObject({ terms: { contractVersion: 4, pgFeeBps: 70, offers: [] } });
  });

  it('are none where nothing is agreed for all offers', async () => {
    const only = { ...terms, validFrom: '2026-11-25', validTo: '2026-11-25', operatorFee: feeOf(1) };
    const url = `/v1/merchants/${shop}/contracts`;
    // The version for all offers ends with the 25th.
    await world.role.app.inject({ method: 'POST', url, payload: only });
    await coupon();
    world.scheduler.advance(3 * dayMs);
    await world.deliver(await box.seal({ type: 'terms.query' }));
    await world.role.stop();
    expect(await termsSent()).toBeUndefined();
  });
});
