import type { Discount } from '@scanpay/shared/api/pg.ts';
import { type BusinessDate, daysBetween } from '@scanpay/shared/clock.ts';
import { type Won, won } from '@scanpay/shared/money.ts';
import { discountOf } from '@scanpay/shared/redemption/discount.ts';

/** What was registered of a visit. */
interface Stay {
  visitFrom: BusinessDate;
  visitTo: BusinessDate;
}

/** Both days count; a stay without a night between them is charged as one night, and so discounted as one. */
function measureStay({ visitFrom, visitTo }: Stay): { nights: number; days: number } {
  const between = daysBetween(visitFrom, visitTo);
  return { nights: Math.max(between, 1), days: between + 1 };
}

/**
 * What is off the list price: what the coupon was sold with, or what the contract grants where that is more, for the
 * customer is never worse off than promised. At least one won is charged.
 */
export function computeDiscount(
  sale: { listAmountWon: Won; headcount: number },
  stay: Stay,
  sold: Discount,
  granted: Discount | null,
): { discountWon: Won; chargedWon: Won } {
  const { listAmountWon, headcount } = sale;
  const size = { headcount, ...measureStay(stay) };
  const soldWon = discountOf(listAmountWon, sold, size);
  const discountWon = granted === null ? soldWon : won(Math.max(soldWon, discountOf(listAmountWon, granted, size)));
  return { discountWon, chargedWon: won(listAmountWon - discountWon) };
}
