import type { Discount } from '@scanpay/shared/api/pg.ts';
import { basisPoints, shareOf, type Won, won } from '@scanpay/shared/money.ts';

/**
 * What comes off the list price: a percentage, rounded down, or an amount for each person. Never the whole price: at
 * least one won is charged, for a payment of nothing is none.
 */
export function discountOf(listAmountWon: Won, discount: Discount, headcount: number): Won {
  const wanted =
    discount.kind === 'percent' ? shareOf(listAmountWon, basisPoints(discount.bps)) : discount.amountWon * headcount;
  return won(Math.min(wanted, listAmountWon - 1));
}
