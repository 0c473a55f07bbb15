import type { Discount } from '../api/pg.ts';
import { basisPoints, shareOf, type Won, won } from '../money.ts';

/**
 * What comes off the list price: a percentage, rounded down, or an amount for each person. Never the whole price: at
 * least one won is charged, for a payment of nothing is none.
 */
export function discountOf(listAmountWon: Won, discount: Discount, headcount: number): Won {
  const wanted =
    discount.kind === 'percent' ? shareOf(listAmountWon, basisPoints(discount.bps)) : discount.amountWon * headcount;
  return won(Math.min(wanted, listAmountWon - 1));
}

/** What is off and what is to pay: worked out by the operator for every payment, and by a box that is offline. */
export function quoteSale(
  sale: { listAmountWon: Won; headcount: number },
  discount: Discount,
): { discountWon: Won; chargedWon: Won } {
  const discountWon = discountOf(sale.listAmountWon, discount, sale.headcount);
  return { discountWon, chargedWon: won(sale.listAmountWon - discountWon) };
}
