import type { ContractVersion, SettlementCycle } from '@scanpay/shared/api/contract.ts';
import { addBusinessDays, type BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, MerchantId, OfferId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitRefund, won } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { BookedEvent } from '@scanpay/shared/settlement/statement.ts';
import fc from 'fast-check';
import { computeFees } from '../../../core/contract/compute-fees.ts';
import { findContractVersion } from '../../../core/contract/find-version.ts';
import { payoutDate, weekdayCalendar } from '../../../core/contract/payout-date.ts';
import { contractOf } from '../../../core/contract/testing/contracts.ts';
import type { Company } from '../../../ports/ledger.ts';
import { offerId, roomOfferId } from '../../../verify/testing/coupons.ts';
import { companyNames, day, otherShop, paymentId, shop } from './payment-day.ts';
import type { Disturbance } from './settlement-world.ts';

/** Three business dates; what is sold on the first may be undone on the last. */
export const dates = [0, 1, 2].map((n) => addBusinessDays(day, n));
const longAgo = '2020-01-01' as BusinessDate;
const noRates = { cardFeeBps: basisPoints(0), pgFeeBps: basisPoints(0), operatorFeeBps: basisPoints(0) };

/** A payment, the day it is made, and what undoes it, `later` days after that. */
const payment = fc.record({
  amount: fc.integer({ min: 1, max: 1_000_000_000 }),
  tender: fc.constantFrom<Tender>('card', 'cash'),
  merchantId: fc.constantFrom(shop, otherShop),
  offerId: fc.constantFrom(offerId, roomOfferId),
  madeOn: fc.nat(2),
  undone: fc.option(
    fc.record({
      kind: fc.constantFrom('cancel' as const, 'reversal' as const),
      later: fc.nat(2),
      /** Where a cancel is cut in parts. */
      cuts: fc.array(fc.nat(1_000_000_000), { maxLength: 3 }),
    }),
  ),
});
type Payment = typeof payment extends fc.Arbitrary<infer P> ? P : never;
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;
/** What a fee may be: a share, at least so much, at most so much. */
const fee = fc.record({
  bps: fc.nat(2_000),
  minWon: fc.nat(500).map(won),
  capWon: fc.option(fc.integer({ min: 500, max: 1_000_000 }).map(won)),
});
const fees = fc.record({ cardFee: fee, pgFee: fee, operatorFee: fee });
/** When a merchant is paid. */
const cycle = fc.oneof(
  fc.constant<SettlementCycle>({ kind: 'same-day' }),
  fc.constantFrom(1 as const, 2 as const).map((bankingDays): SettlementCycle => ({ kind: 'daily', bankingDays })),
  fc.integer({ min: 1, max: 5 }).map((weekday): SettlementCycle => ({ kind: 'weekly', weekday })),
  fc.integer({ min: 1, max: 31 }).map((dayOfMonth): SettlementCycle => ({ kind: 'monthly', day: dayOfMonth })),
);
/** What happens in three days at two shops. */
export const plan = fc.record({
  /** The contract with both shops, of each date. */
  fees: fc.tuple(fees, fees, fees),
  payments: fc.array(payment, { maxLength: 12 }),
  /** What befalls the calls between companies. */
  disturbances: fc.array(fc.constantFrom<Disturbance>('none', 'lost request', 'lost answer'), { maxLength: 12 }),
  restarted: fc.option(fc.constantFrom<Company>(...companyNames)),
  /** The settlement cycle of each date, and of all of them for the offer that has a contract of its own. */
  cycles: fc.tuple(cycle, cycle, cycle),
  ownCycle: cycle,
});

/** What is booked on a date, and when that is paid. */
export interface DatedEvent {
  event: BookedEvent;
  merchantId: MerchantId;
  offerId: OfferId;
  date: BusinessDate;
  paidOn: BusinessDate;
}

/** Fees and cycle change between dates: a version of each shop's contract for each of them; one offer has its own. */
export function contractsOf({ fees: feesByDate, cycles, ownCycle }: Plan): ContractVersion[] {
  return [shop, otherShop].flatMap((merchantId) => [
    ...feesByDate.map((agreed, nth) => {
      const terms = { ...agreed, settlementCycle: cycles[nth]! };
      return contractOf(merchantId, noRates, {
        ...{ ...terms, version: nth + 1, validFrom: nth === 0 ? longAgo : dates[nth]! },
      });
    }),
    contractOf(merchantId, noRates, { ...feesByDate[0], version: 9, offerId: roomOfferId, settlementCycle: ownCycle }),
  ]);
}

/** What is booked of the `n`th payment. */
export function eventsOf(
  { amount, tender, merchantId, offerId, madeOn, undone }: Payment,
  n: number,
  contracts: readonly ContractVersion[],
): DatedEvent[] {
  const date = dates[madeOn]!;
  const agreed = findContractVersion(contracts, { merchantId, offerId, tender, businessDate: date });
  const paidOn = (on: BusinessDate) => payoutDate(on, agreed!.settlementCycle, weekdayCalendar);
  const split = computeFees(won(amount), agreed!, tender);
  const sale: BookedEvent = { kind: 'sale', tender, paymentId: paymentId(n), cancelId: null, split };
  const subject = { merchantId, offerId };
  const events: DatedEvent[] = [{ event: sale, ...subject, date, paidOn: paidOn(date) }];
  const undoneOn = undone === null ? undefined : dates[madeOn + undone.later];
  if (undone === null || undoneOn === undefined) return events;
  if (undone.kind === 'reversal')
    return [...events, { event: { ...sale, kind: 'reversal' }, ...subject, date: undoneOn, paidOn: paidOn(undoneOn) }];
  const cuts = new Set([...undone.cuts.map((cut) => cut % amount), amount]);
  const ends = [...cuts].filter((end) => end > 0).sort((a, b) => a - b);
  let before = 0;
  for (const [nth, end] of ends.entries()) {
    const cancelId = paymentId(1_000 + 10 * n + nth) as string as CancelId;
    const part = splitRefund(split, won(before), won(end - before));
    // The last one comes a day after the others, where there is one.
    const cancelledOn = (end === amount && nth > 0 && dates[madeOn + undone.later + 1]) || undoneOn;
    const event: BookedEvent = { ...sale, kind: 'cancel', cancelId, split: part };
    events.push({ event, ...subject, date: cancelledOn, paidOn: paidOn(cancelledOn) });
    before = end;
  }
  return events;
}
