import { capName, customerIdOf, type RegistrationBox } from '@scanpay/shared/auth-barcode/registration-box.ts';
import { checkValidity, type Validity } from '@scanpay/shared/auth-barcode/validity.ts';
import { type BusinessDate, businessDateAt } from '@scanpay/shared/clock.ts';
import type { ErrorCode, Result } from '@scanpay/shared/errors.ts';
import type { CouponId } from '@scanpay/shared/ids.ts';
import { splitTax } from '@scanpay/shared/tax/tax.ts';
import type { ConfirmedFields, PaymentRequest, RecheckField, RecheckFieldName } from '@scanpay/shared/wire/messages.ts';
import type { PaymentTerms } from '../../ports/operator-payment-store.ts';
import type { ContractEntry, CouponSnapshot, Entitlement } from '../../ports/operator-store.ts';
import { computeDiscount } from '../contract/compute-discount.ts';
import { computeFees } from '../contract/compute-fees.ts';
import { findContractEntry } from '../contract/find-entry.ts';
import { maskName } from './mask-name.ts';

/** What a scanned barcode says, its signature verified and its registration box opened. */
export interface ScannedCoupon extends Validity {
  couponId: CouponId;
  registration: RegistrationBox;
}

/** The clerk's word on the fields of the recheck. */
export interface Confirmation {
  confirmed: ConfirmedFields;
  /** The fields the recheck asked for. */
  asked: readonly RecheckFieldName[];
  /** Expiry of the confirmation, in place of the request's. */
  expiresAtMs: number;
}

export interface VerifyInput {
  request: PaymentRequest;
  /** Null when the request names an auth number. */
  scanned: Result<ScannedCoupon> | null;
  coupon: CouponSnapshot | undefined;
  /** Of the box's own merchant; the caller has checked that the request names no other. */
  contracts: readonly ContractEntry[];
  /** Under which the payment will be booked: it decides which version of the contract applies. */
  businessDate: BusinessDate;
  confirmation: Confirmation | null;
  nowMs: number;
}

export type Verdict =
  | { kind: 'approve'; terms: PaymentTerms; coupon: CouponSnapshot }
  | { kind: 'recheck'; fields: RecheckField[] }
  | { kind: 'declined'; code: ErrorCode };

const declined = (code: ErrorCode): Verdict => ({ kind: 'declined', code });

/**
 * S09: compares a request with the pre-registration DB. Pure; the first check that fails decides:
 *
 * 1. `message_stale`: the request (or its confirmation) is past its own expiry
 * 2. `card_needs_barcode`: card tender with an auth number
 * 3. `barcode_unreadable`, `barcode_issuer_unknown`, `barcode_forged`: the barcode, read again here
 * 4. `identity_mismatch`: the barcode is not the coupon the signed request names
 * 5. `coupon_expired`, `coupon_not_yet_valid`: by the barcode's own claims
 * 6. `coupon_unknown`: no pre-registration
 * 7. `identity_mismatch`: name, mobile number or customer id differ from the pre-registration
 * 8. `coupon_revoked`
 * 9. `coupon_expired`, `coupon_not_yet_valid`: by the pre-registration
 * 10. `wrong_merchant`: no entitlement at this merchant for which a contract is in force
 * 11. `coupon_used`: nothing left at this merchant
 * 12. `recheck_refused`: the confirmation leaves out what was asked, names an offer that is no choice, or a visit
 *     outside the coupon's validity
 * 13. recheck: several offers to choose from, another headcount, another visit date than registered; after a
 *     confirmation `recheck_refused`, for the clerk is asked once
 *
 * What the clerk confirms is taken as given ("the clerk vouches"), within the coupon's validity.
 */
export function verifyRequest(input: VerifyInput): Verdict {
  const { request, coupon, confirmation } = input;
  const refusal = checkProof(input) ?? checkCoupon(input);
  if (refusal !== undefined) return declined(refusal);
  const here = coupon?.entitlements.filter((each) => findContractOf(input, each) !== undefined) ?? [];
  if (coupon === undefined || here.length === 0) return declined('wrong_merchant');
  const usable = here.filter((each) => each.usesLeft > 0);
  if (usable.length === 0) return declined('coupon_used');
  if (confirmation !== null && !isAnswered(confirmation, coupon)) return declined('recheck_refused');

  const confirmed = confirmation?.confirmed ?? {};
  const choices =
    confirmed.offerId === undefined ? usable : usable.filter((each) => each.offerId === confirmed.offerId);
  const [entitlement] = choices;
  if (entitlement === undefined) return declined('recheck_refused');
  const fields = findDifferences(request, confirmed, choices);
  if (fields.length > 0) return confirmation === null ? { kind: 'recheck', fields } : declined('recheck_refused');
  const entry = findContractOf(input, entitlement);
  if (entry === undefined) return declined('wrong_merchant');
  return { kind: 'approve', terms: makeTerms(request, confirmed, coupon, entitlement, entry), coupon };
}

/** Undefined: the entitlement is another merchant's, or nothing was agreed for it. */
function findContractOf(input: VerifyInput, { merchantId, offerId }: Entitlement): ContractEntry | undefined {
  const { request, contracts, businessDate } = input;
  if (merchantId !== request.merchantId) return undefined;
  return findContractEntry(contracts, { merchantId, offerId, tender: request.tender, businessDate });
}

/** Checks 1 to 5: the message and what was scanned. */
function checkProof(input: VerifyInput): ErrorCode | undefined {
  const { request, confirmation, nowMs } = input;
  if (nowMs >= (confirmation?.expiresAtMs ?? request.expiresAtMs)) return 'message_stale';
  if (request.coupon.kind === 'auth-number') return request.tender === 'card' ? 'card_needs_barcode' : undefined;
  return checkScanned({ coupon: request.coupon, scanned: input.scanned, nowMs });
}

/** Checks 3 to 5: the barcode and its own claims. */
export function checkScanned(input: {
  coupon: Extract<PaymentRequest['coupon'], { kind: 'barcode' }>;
  scanned: Result<ScannedCoupon> | null;
  nowMs: number;
}): ErrorCode | undefined {
  const { coupon, scanned, nowMs } = input;
  if (scanned === null) return 'barcode_unreadable';
  if (!scanned.ok) return scanned.code;
  if (scanned.value.couponId !== coupon.couponId) return 'identity_mismatch';
  const valid = checkValidity(scanned.value, nowMs);
  return valid.ok ? undefined : valid.code;
}

/** Checks 6 to 9: the pre-registration. */
export function checkCoupon({
  coupon,
  scanned,
  nowMs,
}: Pick<VerifyInput, 'coupon' | 'scanned' | 'nowMs'>): ErrorCode | undefined {
  if (coupon === undefined) return 'coupon_unknown';
  if (scanned?.ok && !isSamePerson(coupon, scanned.value)) return 'identity_mismatch';
  if (coupon.revokedAtMs !== null) return 'coupon_revoked';
  const valid = checkValidity({ notBeforeMs: coupon.validFromMs, expiresAtMs: coupon.validUntilMs }, nowMs);
  return valid.ok ? undefined : valid.code;
}

function isSamePerson(coupon: CouponSnapshot, scanned: ScannedCoupon): boolean {
  const { name, mobile, customerId } = scanned.registration;
  return (
    scanned.couponId === coupon.couponId &&
    name === capName(coupon.name) &&
    mobile === coupon.mobile &&
    customerId === customerIdOf(coupon.registrationId)
  );
}

function isAnswered({ confirmed, asked }: Confirmation, coupon: CouponSnapshot): boolean {
  if (asked.some((name) => confirmed[name] === undefined)) return false;
  if (confirmed.visitDate === undefined) return true;
  const lastMs = coupon.validUntilMs - 1;
  return businessDateAt(coupon.validFromMs) <= confirmed.visitDate && confirmed.visitDate <= businessDateAt(lastMs);
}

/**
 * The fields the clerk has to look at, all at once. With several offers to choose from, headcount and visit are asked
 * for if any of them was registered differently, and the first such registration is shown.
 */
function findDifferences(
  request: PaymentRequest,
  confirmed: ConfirmedFields,
  choices: readonly Entitlement[],
): RecheckField[] {
  const fields: RecheckField[] = [];
  if (choices.length > 1) {
    fields.push({ name: 'offerId', choices: choices.map(({ offerId, title }) => ({ offerId, title })) });
  }
  const { headcount, visitDate } = request;
  const counted = choices.find((each) => each.headcount !== headcount);
  if (confirmed.headcount === undefined && counted !== undefined) {
    fields.push({ name: 'headcount', requested: headcount, registered: counted.headcount });
  }
  const planned = choices.find((each) => visitDate < each.visitFrom || visitDate > each.visitTo);
  if (confirmed.visitDate === undefined && planned !== undefined) {
    const { visitFrom: registeredFrom, visitTo: registeredTo } = planned;
    fields.push({ name: 'visitDate', requested: visitDate, registeredFrom, registeredTo });
  }
  return fields;
}

function makeTerms(
  request: PaymentRequest,
  confirmed: ConfirmedFields,
  coupon: CouponSnapshot,
  entitlement: Entitlement,
  { contract, digest }: ContractEntry,
): PaymentTerms {
  const headcount = confirmed.headcount ?? request.headcount;
  const sale = { listAmountWon: request.listAmountWon, headcount };
  const { discountWon, chargedWon } = computeDiscount(sale, entitlement, entitlement.discount, contract.discount);
  return {
    offerId: entitlement.offerId,
    scheduleVersion: entitlement.scheduleVersion,
    offerTitle: entitlement.title,
    headcount,
    visitDate: confirmed.visitDate ?? request.visitDate,
    discountWon,
    split: computeFees(chargedWon, contract, request.tender),
    tax: splitTax(chargedWon, contract),
    contractVersion: contract.version,
    contractDigest: digest,
    customerNameMasked: maskName(coupon.name),
  };
}
