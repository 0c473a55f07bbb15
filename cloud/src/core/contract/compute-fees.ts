import type { FeeTerms } from '@scanpay/shared/api/contract.ts';
import { basisPoints, type Split, shareOf, type Won, won } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';

export interface AgreedFees {
  cardFee: FeeTerms;
  pgFee: FeeTerms;
  operatorFee: FeeTerms;
}

/** One fee: the share of the charge, floored, between minimum and cap; never more than `leftWon`. */
export function computeFee(chargedWon: Won, { bps, minWon, capWon }: FeeTerms, leftWon: Won): Won {
  const shareWon = Math.max(shareOf(chargedWon, basisPoints(bps)), minWon);
  return won(Math.min(capWon === null ? shareWon : Math.min(shareWon, capWon), leftWon));
}

/** What the card company takes from a charge: nothing from cash, where it has no part. */
export function computeCardFee(chargedWon: Won, cardFee: FeeTerms, tender: Tender): Won {
  return tender === 'card' ? computeFee(chargedWon, cardFee, chargedWon) : won(0);
}

/** What the PG takes: it comes after the card company, and gets no more than that has left. */
export function computePgFee(chargedWon: Won, pgFee: FeeTerms, cardFeeWon: Won): Won {
  return computeFee(chargedWon, pgFee, won(chargedWon - cardFeeWon));
}

/**
 * Divides a charge: the fees are taken in the order of the chain, so that minimums never exceed the charge, and each
 * company can work out its own without those further down. The rest is the merchant's; the sum is the charge, exactly.
 */
export function computeFees(chargedWon: Won, fees: AgreedFees, tender: Tender): Split {
  const cardFeeWon = computeCardFee(chargedWon, fees.cardFee, tender);
  const pgFeeWon = computePgFee(chargedWon, fees.pgFee, cardFeeWon);
  const operatorFeeWon = computeFee(chargedWon, fees.operatorFee, won(chargedWon - cardFeeWon - pgFeeWon));
  const merchantShareWon = won(chargedWon - cardFeeWon - pgFeeWon - operatorFeeWon);
  return { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon };
}
