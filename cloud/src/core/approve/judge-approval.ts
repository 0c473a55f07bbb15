import type { ApprovalBody } from '@scanpay/shared/api/pg.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { Split } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { PgRegistration } from '../../ports/pg-store.ts';
import type { PgAgreement } from '../contract/agreements.ts';
import { computeCardFee, computePgFee } from '../contract/compute-fees.ts';

/**
 * S10, before the card company is asked: why the PG refuses, or null. The coupon's validity and its uses are the
 * operator's to judge (S09); the PG holds the identity, its own fees and the time limit against its own records.
 * `agreement` is the version of its own that applies to this payment; undefined: there is none.
 */
export function judgeApproval(
  body: ApprovalBody,
  registration: PgRegistration | undefined,
  agreement: PgAgreement | undefined,
  nowMs: number,
): ErrorCode | null {
  if (body.expiresAtMs <= nowMs) return 'message_stale';
  if (registration === undefined) return 'coupon_unknown';
  if (registration.registrationId !== body.registrationId) return 'identity_mismatch';
  const isSoldThere = registration.entitlements.some(
    (each) => each.merchantId === body.merchantId && each.offerId === body.offerId,
  );
  if (!isSoldThere) return 'wrong_merchant';
  if (body.tender === 'card' && body.cardBox === null) return 'card_needs_barcode';
  if (agreement === undefined || !isSplitAsAgreed(body.split, body.tender, agreement)) return 'fee_mismatch';
  return null;
}

/** Exact sum, nothing charged for nothing, and both fees the PG knows of as agreed; cash has no card fee. */
export function isSplitAsAgreed(split: Split, tender: Tender, { cardFee, pgFee }: PgAgreement): boolean {
  const { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon } = split;
  if (chargedWon <= 0) return false;
  return (
    cardFeeWon === computeCardFee(chargedWon, cardFee, tender) &&
    pgFeeWon === computePgFee(chargedWon, pgFee, cardFeeWon) &&
    cardFeeWon + pgFeeWon + operatorFeeWon + merchantShareWon === chargedWon
  );
}
