import type { ContractDraft } from '@scanpay/shared/api/contract.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import { basisPoints } from '@scanpay/shared/money.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractOf } from '../../../core/contract/testing/contracts.ts';
import { createSettlementStore } from '../../../drivers/sql/ledger/settlement-store.ts';
import { terms as pinnedTerms, split } from '../../../drivers/sql/operator/testing/operator-fixtures.ts';
import { createOperatorWorld, entitlement, type OperatorWorld, shop } from '../testing/operator-world.ts';
import type { TestBox } from '../testing/test-box.ts';
import { pinPayoutDate, pinUndoingDate } from './pin-payout-date.ts';

const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const { merchantId: _merchant, version: _version, ...terms } = contractOf(shop, rates);
const dayMs = 86_400_000;
const table = 'o-table' as OfferId;
const tour = 'o-tour' as OfferId;

describe('an offer with a settlement cycle of its own', () => {
  let world: OperatorWorld;
  let box: TestBox;
  /** Tuesday, 2026-11-24: whatever is sold is paid on the next banking day, but tours on the 10th of the next month. */
  beforeEach(async () => {
    world = await createOperatorWorld();
    box = await world.enrol('box-1');
    const draft: ContractDraft = {
      ...terms,
      ...{ offerId: tour, validFrom: '2026-11-24' as BusinessDate },
      settlementCycle: { kind: 'monthly', day: 10 },
    };
    const entered = await world.role.app.inject({
      ...{ method: 'POST', url: `/v1/merchants/${shop}/contracts`, payload: draft },
    });
    expect(entered.statusCode).toBe(200);
    world.scheduler.advance(dayMs);
  });
  afterEach(() => world.dispose());

  const settled = (paymentId: PaymentId, state: string) =>
    world.until(async () => (await world.state(paymentId)) === state);
  async function pay(offerId: OfferId) {
    const request = await box.request(await world.coupon({ entitlements: [{ ...entitlement, offerId }] }));
    await world.deliver(request);
    await settled(request.paymentId, 'approved');
    return request;
  }
  const dated = async (paymentId: PaymentId) => {
    const booked = await createSettlementStore(world.db as never).findPaymentEntries(paymentId);
    return booked.map(({ entry }) => ('payoutDate' in entry ? [entry.kind, entry.businessDate, entry.payoutDate] : []));
  };
  const told = async (paymentId: PaymentId) => JSON.stringify((await world.outcomes(paymentId)).at(-1));

  it('is paid by it, the rest of the shop by the general one, and the box is told', async () => {
    const ofTable = await pay(table);
    const ofTour = await pay(tour);
    expect(await dated(ofTable.paymentId)).toEqual([['sale', '2026-11-24', '2026-11-25']]);
    expect(await dated(ofTour.paymentId)).toEqual([['sale', '2026-11-24', '2026-12-10']]);
    expect(await told(ofTour.paymentId)).toContain('"payoutDate":"2026-12-10"');
  });

  it('takes a refund of its own day with the sale, and a later one by the same cycle from then', async () => {
    const request = await pay(tour);
    const half = (split.chargedWon / 2) as typeof split.chargedWon;
    await world.deliver(await box.cancel(request, box.cancelId(), half));
    await world.until(async () => (await dated(request.paymentId)).length === 2);
    expect(await told(request.paymentId)).toContain('"payoutDate":"2026-12-10"');
    world.scheduler.advance(7 * dayMs);
    await world.deliver(await box.cancel(request, box.cancelId(), half));
    await world.until(async () => (await dated(request.paymentId)).length === 3);
    expect(await dated(request.paymentId)).toEqual([
      ['sale', '2026-11-24', '2026-12-10'],
      ['cancel', '2026-11-24', '2026-12-10'],
      ['cancel', '2026-12-01', '2027-01-11'],
    ]);
    expect(await told(request.paymentId)).toContain('"payoutDate":"2027-01-11"');
  });
});

describe('pinPayoutDate', () => {
  const payment = {
    paymentId: 'p-1' as PaymentId,
    ...{ merchantId: shop, businessDate: '2027-12-30' as BusinessDate, terms: pinnedTerms },
  };
  const log: string[] = [];
  const note = (_fields: object, text: string) => void log.push(text);
  const contextOf = (sold: BusinessDate | null, isBankingDay: (date: BusinessDate) => boolean) => ({
    store: {
      findContract: async () => ({ contract: contractOf(shop, rates), digest: 'd', enteredAtMs: 0 }),
      findSalePayoutDate: async () => sold,
    } as never,
    calendar: { isBankingDay },
    log: { info: note, warn: note, error: note },
  });

  it('goes by weekdays, and says so, where the holidays of the year are not known', async () => {
    const context = contextOf(null, (date) => {
      if (date.startsWith('2028')) throw new ScanPayError('configuration', 'not known');
      return false;
    });
    expect(await pinPayoutDate(context, payment, '2027-12-31' as BusinessDate)).toBe('2028-01-03');
    expect(log).toEqual(['the payout date is worked out without holidays']);
  });

  it('takes what is undone on the date of its sale to the date the sale was given, or to none', async () => {
    const asBooked = contextOf('2028-01-20' as BusinessDate, () => true);
    expect(await pinUndoingDate(asBooked, payment, payment.businessDate)).toBe('2028-01-20');
    expect(await pinUndoingDate(asBooked, payment, '2027-12-31' as BusinessDate)).toBe('2028-01-01');
    expect(
      await pinUndoingDate(
        contextOf(null, () => true),
        payment,
        payment.businessDate,
      ),
    ).toBeNull();
  });
});
