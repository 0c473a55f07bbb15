import { type Won, won } from '../money.ts';

/** Refunds one payment may have: what a statement can list of a payment has a bound, and so has a clerk's patience. */
export const maxRefunds = 100;

/** What was given back of a payment so far. */
export interface RefundedSoFar {
  refundedWon: Won;
  refundCount: number;
}

export const nothingRefunded: RefundedSoFar = { refundedWon: won(0), refundCount: 0 };

/** Whether `amountWon` may still be refunded; every company asks this of its own records. */
export function isWithinRefundLimit(
  chargedWon: Won,
  { refundedWon, refundCount }: RefundedSoFar,
  amountWon: Won,
): boolean {
  return amountWon > 0 && refundCount < maxRefunds && refundedWon + amountWon <= chargedWon;
}

/** The next `RefundedSoFar`, after a refund of `amountWon`. */
export function addRefund({ refundedWon, refundCount }: RefundedSoFar, amountWon: Won): RefundedSoFar {
  return { refundedWon: won(refundedWon + amountWon), refundCount: refundCount + 1 };
}
