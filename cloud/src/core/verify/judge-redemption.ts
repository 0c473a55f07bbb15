import { type BusinessDate, businessDateAt } from '@scanpay/shared/clock.ts';
import type { ErrorCode, Result } from '@scanpay/shared/errors.ts';
import { quoteSale } from '@scanpay/shared/redemption/discount.ts';
import type { MerchantTerms, OfflineRedemption, TermsOffer } from '@scanpay/shared/redemption/merchant-terms.ts';
import { splitTax } from '@scanpay/shared/tax/tax.ts';
import type { PaymentRequest } from '@scanpay/shared/wire/messages.ts';
import type { ContractEntry, CouponSnapshot } from '../../ports/operator-store.ts';
import { computeFees } from '../contract/compute-fees.ts';
import { findContractEntry } from '../contract/find-entry.ts';
import { maskName } from './mask-name.ts';
import { checkCoupon, checkScanned, type ScannedCoupon, type Verdict } from './verify-request.ts';

export type RedemptionRequest = PaymentRequest & { offline: OfflineRedemption };

export interface RedemptionInput {
  request: RedemptionRequest;
  scanned: Result<ScannedCoupon> | null;
  coupon: CouponSnapshot | undefined;
  /** Those the redemption names; undefined: never handed out. */
  terms: MerchantTerms | undefined;
  /** Of the box's own merchant. */
  contracts: readonly ContractEntry[];
  /** Under which it will be booked: the fees are those of the contract then in force. */
  businessDate: BusinessDate;
  nowMs: number;
}

/** By so much the clock of a box may run ahead. */
const maxAheadMs = 60_000;

/**
 * A cash sale that a box made offline, held against what the operator knows. Pure; the first check that fails decides:
 *
 * 1. `offline`: card tender, which is never approved offline; `offline_needs_barcode`: no barcode
 * 2. `redeemed_in_future`; `message_stale`: later than the terms allow
 * 3. `terms_unknown`: terms that were not handed out for this merchant, or offer, discount and charge that do not follow
 *    from them
 * 4. the barcode, its validity and the pre-registration as in S09, by the time of the redemption
 * 5. `coupon_not_yet_valid`, `coupon_expired`: the visit outside the coupon's validity
 * 6. `offer_not_held`: the coupon does not hold that offer at this merchant; `coupon_used`: nothing left of it
 * 7. `wrong_merchant`: no contract in force
 *
 * Headcount and visit are taken as the clerk entered them, as after a recheck. A coupon that was revoked is refused also
 * when it was redeemed before that: the merchant bears what it took on without asking.
 */
export function judgeRedemption(input: RedemptionInput): Verdict {
  const { request, coupon, terms, contracts, businessDate } = input;
  const { offline } = request;
  const offer = terms?.offers.find(({ offerId }) => offerId === offline.offerId);
  const code = checkMessage(input) ?? checkTerms(request, terms, offer) ?? checkBarcode(input);
  if (code !== undefined) return { kind: 'declined', code };
  const held = coupon?.entitlements.find(
    ({ offerId, merchantId }) => offerId === offline.offerId && merchantId === request.merchantId,
  );
  if (coupon === undefined || terms === undefined || held === undefined) {
    return { kind: 'declined', code: 'offer_not_held' };
  }
  if (held.usesLeft === 0) return { kind: 'declined', code: 'coupon_used' };
  const { discountWon, chargedWon, offerId } = offline;
  const { headcount, visitDate } = request;
  const entry = findContractEntry(contracts, { merchantId: held.merchantId, offerId, tender: 'cash', businessDate });
  if (entry === undefined) return { kind: 'declined', code: 'wrong_merchant' };
  return {
    kind: 'approve',
    coupon,
    terms: {
      offerId,
      scheduleVersion: held.scheduleVersion,
      offerTitle: held.title,
      headcount,
      visitDate,
      discountWon,
      split: computeFees(chargedWon, entry.contract, 'cash'),
      tax: splitTax(chargedWon, entry.contract),
      contractVersion: entry.contract.version,
      contractDigest: entry.digest,
      customerNameMasked: maskName(coupon.name),
    },
  };
}

function checkMessage({ request, terms, nowMs }: RedemptionInput): ErrorCode | undefined {
  const { redeemedAtMs } = request.offline;
  if (request.tender === 'card') return 'offline';
  if (request.coupon.kind !== 'barcode') return 'offline_needs_barcode';
  if (redeemedAtMs > nowMs + maxAheadMs) return 'redeemed_in_future';
  const isLate = terms !== undefined && nowMs - redeemedAtMs >= terms.limits.syncWithinMs;
  return isLate || nowMs >= request.expiresAtMs ? 'message_stale' : undefined;
}

function checkTerms(
  { merchantId, listAmountWon, headcount, offline }: RedemptionRequest,
  terms: MerchantTerms | undefined,
  offer: TermsOffer | undefined,
): ErrorCode | undefined {
  if (terms === undefined || offer === undefined || terms.merchantId !== merchantId) return 'terms_unknown';
  const { discountWon, chargedWon } = quoteSale({ listAmountWon, headcount }, offer.discount);
  return discountWon === offline.discountWon && chargedWon === offline.chargedWon ? undefined : 'terms_unknown';
}

function checkBarcode({ request, scanned, coupon }: RedemptionInput): ErrorCode | undefined {
  if (request.coupon.kind !== 'barcode') return 'offline_needs_barcode';
  const nowMs = request.offline.redeemedAtMs;
  const code = checkScanned({ coupon: request.coupon, scanned, nowMs }) ?? checkCoupon({ coupon, scanned, nowMs });
  if (code !== undefined || coupon === undefined) return code ?? 'coupon_unknown';
  if (request.visitDate < businessDateAt(coupon.validFromMs)) return 'coupon_not_yet_valid';
  return request.visitDate > businessDateAt(coupon.validUntilMs - 1) ? 'coupon_expired' : undefined;
}
