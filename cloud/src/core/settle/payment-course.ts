import { type Split, splitRefund, type Won, won } from '@scanpay/shared/money.ts';
import type { PaymentEntry } from '../../ports/ledger.ts';

export type BookedPart = Pick<PaymentEntry, 'kind' | 'cancelId' | 'tender' | 'split'>;

/**
 * Whether what was booked of one payment follows from its sale: the sale comes first and once; each cancel is new, takes
 * back its own part of the sale's split and no more than is left; a reversal takes back all of it, and nothing was taken
 * back before.
 */
export interface PaymentCourse {
  /** The next entry of the payment, in order of booking; false: it does not follow. */
  take(part: BookedPart): boolean;
}

export function createPaymentCourse(): PaymentCourse {
  let sale: BookedPart | undefined;
  let refundedWon: Won = won(0);
  let isReversed = false;
  const cancelIds = new Set<string>();

  const takeCancel = ({ cancelId, tender, split }: BookedPart, sold: BookedPart): boolean => {
    const afterWon = won(refundedWon + split.chargedWon);
    if (cancelId === null || cancelIds.has(cancelId) || tender !== sold.tender) return false;
    if (split.chargedWon <= 0 || afterWon > sold.split.chargedWon) return false;
    if (!isSameSplit(splitRefund(sold.split, refundedWon, split.chargedWon), split)) return false;
    cancelIds.add(cancelId);
    refundedWon = afterWon;
    return true;
  };
  return {
    take(part) {
      if (part.kind === 'sale') {
        if (sale !== undefined) return false;
        sale = part;
        return true;
      }
      if (sale === undefined || isReversed) return false;
      if (part.kind === 'cancel') return takeCancel(part, sale);
      isReversed = part.tender === sale.tender && cancelIds.size === 0 && isSameSplit(part.split, sale.split);
      return isReversed;
    },
  };
}

export function isSameSplit(a: Split, b: Split): boolean {
  return (
    a.chargedWon === b.chargedWon &&
    a.cardFeeWon === b.cardFeeWon &&
    a.pgFeeWon === b.pgFeeWon &&
    a.operatorFeeWon === b.operatorFeeWon &&
    a.merchantShareWon === b.merchantShareWon
  );
}
