import type { ApprovalBody } from '@scanpay/shared/api/pg.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import { type BasisPoints, basisPoints, type Split, shareOf } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { PgRegistration } from '../../ports/pg-store.ts';

/** The PG's own copy of its contracts: what the card company takes from it, and what it takes itself. */
export interface PgContract {
  cardFeeBps: BasisPoints;
  pgFeeBps: BasisPoints;
}

/**
 * S10, before the card company is asked: why the PG refuses, or null. The coupon's validity and its uses are the
 * operator's to judge (S09); the PG holds the identity, its own fees and the time limit against its own records.
 */
export function judgeApproval(
  body: ApprovalBody,
  registration: PgRegistration | undefined,
  contract: PgContract,
  nowMs: number,
): ErrorCode | null {
  if (body.expiresAtMs <= nowMs) return 'message_stale';
  if (registration === undefined) return 'coupon_unknown';
  if (registration.registrationId !== body.registrationId) return 'identity_mismatch';
  const isSoldThere = registration.entitlements.some((each) => each.merchantId === body.merchantId);
  if (!isSoldThere) return 'wrong_merchant';
  if (body.tender === 'card' && body.cardBox === null) return 'card_needs_barcode';
  if (!isSplitByContract(body.split, body.tender, contract)) return 'fee_mismatch';
  return null;
}

/** Exact sum, nothing charged for nothing, and both fees the PG knows of as its contracts say; cash has no card fee. */
export function isSplitByContract(split: Split, tender: Tender, contract: PgContract): boolean {
  const { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon } = split;
  if (chargedWon <= 0) return false;
  const cardFeeBps = tender === 'card' ? contract.cardFeeBps : basisPoints(0);
  return (
    cardFeeWon === shareOf(chargedWon, cardFeeBps) &&
    pgFeeWon === shareOf(chargedWon, contract.pgFeeBps) &&
    cardFeeWon + pgFeeWon + operatorFeeWon + merchantShareWon === chargedWon
  );
}
