import type { ContractDraft } from '@scanpay/shared/api/contract.ts';
import type { OfferId } from '@scanpay/shared/ids.ts';
import { sumWon, won } from '@scanpay/shared/money.ts';
import { splitTax } from '@scanpay/shared/tax/tax.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractOf } from '../../../core/contract/testing/contracts.ts';
import { createOperatorWorld, entitlement, type OperatorWorld, shop } from '../testing/operator-world.ts';
import { rates } from '../testing/shops.ts';
import type { SealedRequest, TestBox } from '../testing/test-box.ts';

const dayMs = 86_400_000;
const book = 'o-book' as OfferId;
const { merchantId: _merchant, version: _version, ...terms } = contractOf(shop, rates);
const taxable = { taxation: 'taxable', vatType: 'general', supplyWon: 40_910, vatWon: 4_090, taxFreeWon: 0 };
const exempt = { ...taxable, taxation: 'exempt', supplyWon: 0, vatWon: 0, taxFreeWon: 45_000 };

let world: OperatorWorld;
let box: TestBox;
const start = async (contract: Partial<ContractDraft> = {}): Promise<void> => {
  world = await createOperatorWorld({ contract });
  box = await world.enrol('box-1');
};
beforeEach(() => start());
afterEach(() => world.dispose());

const enter = async (differing: Partial<ContractDraft>) => {
  const payload = { ...terms, validFrom: '2026-11-24', ...differing };
  const url = `/v1/merchants/${shop}/contracts`;
  expect((await world.role.app.inject({ method: 'POST', url, payload })).statusCode).toBe(200);
};
const coupon = (offerId = entitlement.offerId) =>
  world.coupon({ entitlements: [{ ...entitlement, offerId, uses: 9 }] });
const reaches = ({ paymentId }: SealedRequest, state: string) =>
  world.until(async () => (await world.state(paymentId)) === state);
async function pay(customer: Awaited<ReturnType<typeof coupon>>): Promise<SealedRequest> {
  const request = await box.request(customer);
  await world.deliver(request);
  await reaches(request, 'approved');
  return request;
}
async function approvedTax(request: SealedRequest) {
  const [outcome] = await world.outcomes(request.paymentId);
  if (outcome === undefined || !('kind' in outcome) || outcome.kind !== 'approved') throw new Error('not approved');
  return outcome.approval.tax;
}
const refunds = async () =>
  (await world.messages()).flatMap((each) =>
    each.type === 'cancel.result' && each.outcome.kind === 'cancelled' ? [each.outcome] : [],
  );
async function refund(request: SealedRequest, amount: number) {
  const before = (await refunds()).length;
  await world.deliver(await box.cancel(request, box.cancelId(), won(amount)));
  await world.until(async () => (await refunds()).length > before, 500);
}

describe('the tax of a payment', () => {
  it('is told with its approval, and kept', async () => {
    const request = await pay(await coupon());
    expect(await approvedTax(request)).toEqual(taxable);
    expect((await world.store.findPayment(request.paymentId))?.terms?.tax).toEqual(taxable);
  });

  it('is that of the offer, from the date the contract says', async () => {
    await enter({ offerId: book, taxation: 'exempt' });
    const [table, ticket] = [await coupon(), await coupon(book)];
    expect(await approvedTax(await pay(ticket))).toEqual(taxable);
    world.scheduler.advance(dayMs);
    expect(await approvedTax(await pay(ticket))).toEqual(exempt);
    expect(await approvedTax(await pay(table))).toEqual(taxable);
  });

  it('is not shown apart for a shop that issues receipts instead of tax invoices', async () => {
    await world.dispose();
    await start({ vatType: 'simplified' });
    const simplified = { ...taxable, vatType: 'simplified', supplyWon: 45_000, vatWon: 0 };
    expect(await approvedTax(await pay(await coupon()))).toEqual(simplified);
  });

  it('is the usual one by a contract of before, which says nothing of it', async () => {
    const { contract, digest } = (await world.store.listContracts(shop))[0]!;
    const { taxation: _taxation, vatType: _vatType, ...before } = contract;
    await world.store.addContract({ contract: { ...before, version: 9, tender: 'card' }, digest, enteredAtMs: 1 });
    const request = await pay(await coupon());
    expect((await world.store.findPayment(request.paymentId))?.terms?.contractVersion).toBe(9);
    expect(await approvedTax(request)).toEqual(taxable);
  });

  it('is told part by part to refunds, which take back just that, also under the next contract', async () => {
    await enter({ taxation: 'exempt' });
    const request = await pay(await coupon());
    await refund(request, 10_007);
    world.scheduler.advance(dayMs);
    await refund(request, 1);
    await refund(request, 34_992);
    await reaches(request, 'cancelled');
    const parts = (await refunds()).flatMap(({ tax }) => tax ?? []);
    expect(parts.map(({ supplyWon, vatWon }) => supplyWon + vatWon)).toEqual([10_007, 1, 34_992]);
    expect(sumWon(parts.map(({ vatWon }) => vatWon))).toBe(taxable.vatWon);
    expect(sumWon(parts.map(({ supplyWon }) => supplyWon))).toBe(taxable.supplyWon);
    const kept = await world.db
      .selectFrom('operator_cancels')
      .select(['supply_won', 'vat_won', 'tax_free_won'])
      .execute();
    expect(kept.map(({ vat_won }) => vat_won)).toEqual(parts.map(({ vatWon }) => vatWon));
  });
});

describe('the terms for offline cash', () => {
  it('say how each offer is taxed', async () => {
    await enter({ offerId: book, tender: 'cash', taxation: 'exempt' });
    await coupon();
    await coupon(book);
    world.scheduler.advance(dayMs);
    await world.deliver(await box.seal({ type: 'terms.query' }));
    const sent = async () => (await world.messages()).flatMap((each) => (each.type === 'merchant.terms' ? [each] : []));
    await world.until(async () => (await sent()).length === 1);
    const offers = (await sent())[0]?.terms.offers ?? [];
    expect(offers.map(({ offerId, taxation, vatType }) => [offerId, taxation, vatType])).toEqual([
      [book, 'exempt', 'general'],
      [entitlement.offerId, 'taxable', 'general'],
    ]);
    expect(splitTax(won(45_000), offers[0] ?? {})).toEqual(exempt);
  });
});
