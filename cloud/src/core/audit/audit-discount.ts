import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { Won } from '@scanpay/shared/money.ts';
import { quoteSale } from '@scanpay/shared/redemption/discount.ts';
import type { MerchantTerms, OfflineRedemption } from '@scanpay/shared/redemption/merchant-terms.ts';
import type { BookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import type { ChangedStay } from '@scanpay/shared/settlement/changed-stay.ts';
import type { SoldCoupon } from '@scanpay/shared/settlement/sold-coupon.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { Approval, PaymentConfirm, PaymentRequest } from '@scanpay/shared/wire/messages.ts';
import { canonicalJson } from '../approve/canonical-json.ts';
import { computeDiscount } from '../contract/compute-discount.ts';
import type { EvidenceFinding } from './finding.ts';

export type TermsFault = Pick<EvidenceFinding, 'reason' | 'expected' | 'found'>;

/** What was promised of discounts, and who vouches for it. */
export interface SaleTrust {
  /** The PG's word on a coupon. Codes: signature_invalid, invalid_input. */
  openSold(soldJws: string): Promise<Result<SoldCoupon>>;
  /** The PG's word on a changed schedule. Codes: signature_invalid, invalid_input. */
  openStay(stayJws: string): Promise<Result<ChangedStay>>;
  /** Terms that were handed out for offline cash, by what was kept of them. */
  termsOf(termsId: string): Promise<MerchantTerms | undefined>;
}

/** A sale, with all that was signed of what it should cost. */
export interface SignedSale {
  said: BookingEvidence;
  request: PaymentRequest;
  /** The clerk's word after a recheck. */
  confirm: PaymentConfirm | null;
  approval: Approval;
  /** The version of the contract that the approval pins. */
  contract: ContractVersion;
  /** What the operator keeps of the coupon; null: nothing. */
  soldJws: string | null;
  /** And of the change of schedule that was in force; null: there was none. */
  stayJws: string | null;
}

/**
 * Whether the charge follows: from the list price, headcount and visit that the terminal signed, the discount that the PG
 * signed with the coupon, and what the pinned contract grants; of cash taken offline from the terms whose digest the
 * terminal signed. Undefined: it does.
 */
export async function findDiscountFault(sale: SignedSale, trust: SaleTrust): Promise<TermsFault | undefined> {
  const { said, approval, soldJws } = sale;
  const visitFault = findVisitFault(sale);
  if (visitFault !== undefined) return visitFault;
  const name = `coupon ${said.sale?.couponId}`;
  if (soldJws === null) return { reason: 'coupon-missing', expected: `the word of the PG on ${name}`, found: null };
  const sold = await trust.openSold(soldJws);
  if (!sold.ok) return { reason: 'coupon-forged', expected: `${name}, signed by the PG`, found: sold.detail };
  if (sold.value.couponId !== said.sale?.couponId) {
    return { reason: 'coupon-forged', expected: name, found: `the word on coupon ${sold.value.couponId}` };
  }
  const held = sold.value.entitlements.find(
    ({ offerId, merchantId }) => offerId === approval.offerId && merchantId === said.merchantId,
  );
  if (held === undefined) {
    const expected = sold.value.entitlements.map(({ offerId, merchantId }) => `${offerId} at ${merchantId}`).join(', ');
    return { reason: 'offer-not-sold', expected, found: `${approval.offerId} at ${said.merchantId}` };
  }
  const { offline } = sale.request;
  if (offline !== undefined) return findOfflineFault(sale, offline, await trust.termsOf(offline.termsId));
  const stay = sale.stayJws === null ? accept(held) : await openOwnStay(sale, sale.stayJws, trust);
  if (!stay.ok) {
    return { reason: 'coupon-forged', expected: `the PG's word on a changed schedule of ${name}`, found: stay.detail };
  }
  const { listAmountWon, headcount } = approval;
  const { discountWon } = computeDiscount(
    { listAmountWon, headcount },
    stay.value,
    held.discount,
    sale.contract.discount,
  );
  return findAmountFault(sale, discountWon);
}

async function openOwnStay(
  { said, approval }: SignedSale,
  stayJws: string,
  trust: SaleTrust,
): Promise<Result<ChangedStay>> {
  const stay = await trust.openStay(stayJws);
  if (!stay.ok) return stay;
  const { couponId, offerId } = stay.value;
  const isOwn = couponId === said.sale?.couponId && offerId === approval.offerId;
  return isOwn ? stay : refuse('invalid_input', `the word on ${offerId} of coupon ${couponId}`);
}

/** Headcount, visit and offer are what the terminal asked for, or its clerk confirmed. */
function findVisitFault({ request, confirm, approval }: SignedSale): TermsFault | undefined {
  const confirmed = confirm?.confirmed ?? {};
  const headcount = confirmed.headcount ?? request.headcount;
  const visitDate = confirmed.visitDate ?? request.visitDate;
  const offerId = request.offline?.offerId ?? confirmed.offerId ?? approval.offerId;
  const isSame = approval.headcount === headcount && approval.visitDate === visitDate && approval.offerId === offerId;
  if (isSame) return undefined;
  const describe = (visit: Pick<Approval, 'headcount' | 'visitDate' | 'offerId'>): string =>
    `${visit.offerId} for ${visit.headcount} on ${visit.visitDate}`;
  return { reason: 'visit-differs', expected: describe({ headcount, visitDate, offerId }), found: describe(approval) };
}

function findOfflineFault(
  sale: SignedSale,
  offline: OfflineRedemption,
  terms: MerchantTerms | undefined,
): TermsFault | undefined {
  const expected = `terms ${offline.termsId}`;
  if (terms === undefined) return { reason: 'terms-unknown', expected, found: null };
  const digest = sha256Base64Url(canonicalJson(terms));
  if (digest !== offline.termsId) return { reason: 'terms-unknown', expected, found: `terms ${digest}` };
  const offer = terms.offers.find(({ offerId }) => offerId === offline.offerId);
  if (offer === undefined || terms.merchantId !== sale.said.merchantId) {
    return { reason: 'terms-unknown', expected: `${offline.offerId} at ${sale.said.merchantId}`, found: null };
  }
  const { discountWon } = quoteSale(sale.request, offer.discount);
  return findAmountFault(sale, discountWon);
}

function findAmountFault({ said, request, approval }: SignedSale, discountWon: Won): TermsFault | undefined {
  const { listAmountWon, offline } = request;
  const chargedWon = listAmountWon - discountWon;
  const isTaken = offline === undefined || (offline.discountWon === discountWon && offline.chargedWon === chargedWon);
  if (approval.discountWon === discountWon && said.split.chargedWon === chargedWon && isTaken) return undefined;
  const describe = (off: number, charged: number): string => `${listAmountWon} less ${off}: ${charged} charged`;
  return {
    reason: 'discount-not-agreed',
    expected: describe(discountWon, chargedWon),
    found: describe(offline?.discountWon ?? approval.discountWon, said.split.chargedWon),
  };
}
