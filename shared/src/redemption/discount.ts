import type { CounterDiscount, Discount } from '../api/pg.ts';
import { basisPoints, shareOf, type Won, won } from '../money.ts';

/** What amounts are counted by. */
export interface StaySize {
  headcount: number;
  nights: number;
  days: number;
}

function amountOff(listAmountWon: Won, discount: Discount, { headcount, nights, days }: StaySize): number {
  switch (discount.kind) {
    case 'percent':
      return shareOf(listAmountWon, basisPoints(discount.bps));
    case 'amount-per-person':
      return discount.amountWon * headcount;
    case 'amount-per-night':
      return discount.amountWon * nights;
    case 'amount-per-day':
      return discount.amountWon * days;
  }
}

/**
 * What comes off the list price: a percentage, rounded down, or an amount for each person, night or day. Never the
 * whole price: at least one won is charged, for a payment of nothing is none.
 */
export function discountOf(listAmountWon: Won, discount: Discount, size: StaySize): Won {
  return won(Math.min(amountOff(listAmountWon, discount, size), listAmountWon - 1));
}

/** What is off and what is to pay, as a box that is offline works it out. */
export function quoteSale(
  sale: { listAmountWon: Won; headcount: number },
  discount: CounterDiscount,
): { discountWon: Won; chargedWon: Won } {
  const { listAmountWon, headcount } = sale;
  // The stay does not matter to these discounts.
  const discountWon = discountOf(listAmountWon, discount, { headcount, nights: 1, days: 1 });
  return { discountWon, chargedWon: won(listAmountWon - discountWon) };
}
