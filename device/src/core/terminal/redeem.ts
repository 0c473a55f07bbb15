import { businessDateAt } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { MerchantId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import { sumWon, won } from '@scanpay/shared/money.ts';
import { quoteSale } from '@scanpay/shared/redemption/discount.ts';
import type { IssuedTerms, OfflineLimits, TermsOffer } from '@scanpay/shared/redemption/merchant-terms.ts';
import { splitTax } from '@scanpay/shared/tax/tax.ts';
import type { CouponUse } from '../../ports/journal.ts';
import { putPayment, saleOnCounter, showCounter, showRefusal, waitingRedemptions } from './parts.ts';
import type {
  Sale,
  ScannedBarcode,
  ScannedCoupon,
  Step,
  TerminalLimits,
  TerminalState,
  TrackedPayment,
} from './state.ts';

/*
 * Offline cash (DESIGN §5, [0048]): without the operator the box checks what it can by itself (signature, validity, its
 * own use count), takes the discount from the merchant's terms, and journals the redemption as done. The operator is told
 * as soon as it is back; what it then refuses is the merchant's loss, which the limits bound.
 */

/** The narrower of what the operator and the box's own configuration allow. */
export function limitsOffline({ terms }: IssuedTerms, { offline: own }: TerminalLimits): OfflineLimits {
  const { limits } = terms;
  if (own === undefined) return limits;
  return {
    ...limits,
    maxCount: Math.min(limits.maxCount, own.maxCount),
    maxTotalWon: won(Math.min(limits.maxTotalWon, own.maxTotalWon)),
    maxPerCoupon: Math.min(limits.maxPerCoupon, own.maxPerCoupon),
  };
}

/** What the waiting redemptions were charged. */
export const sumWaiting = (state: TerminalState) =>
  sumWon(waitingRedemptions(state).map(({ request }) => request.offline?.chargedWon ?? won(0)));

/** Why nothing can be redeemed for cash offline now, whatever the coupon; undefined: it can. */
export function whyNoRedemption(state: TerminalState, nowMs: number, limits: TerminalLimits): ErrorCode | undefined {
  const { terms } = state;
  if (terms === null || nowMs >= terms.validUntilMs || terms.terms.offers.length === 0) return 'offline_terms_missing';
  const { maxCount, maxTotalWon } = limitsOffline(terms, limits);
  if (maxCount === 0) return 'offline_terms_missing';
  return waitingRedemptions(state).length >= maxCount || sumWaiting(state) >= maxTotalWon ? 'offline_limit' : undefined;
}

/** The sale on the counter, as the link allows it now: refused at once with its reason, or waiting for a scan (again). */
export function reviewSale(state: TerminalState, nowMs: number, limits: TerminalLimits): TerminalState {
  const { counter } = state;
  if (counter.kind !== 'awaiting-scan' && counter.kind !== 'refused') return state;
  const { sale } = counter;
  if (sale === null) return state;
  const code = whyNotNow(state, sale, nowMs, limits);
  if (code !== undefined) {
    const isShown = counter.kind === 'refused' && counter.code === code;
    return isShown ? state : showRefusal(state, code, sale, nowMs, limits).state;
  }
  if (counter.kind === 'awaiting-scan' || !offlineCodes.has(counter.code)) return state;
  return showCounter(state, { kind: 'awaiting-scan', sale, untilMs: nowMs + limits.awaitScanMs });
}

/** Refusals that end with the outage. */
const offlineCodes: ReadonlySet<ErrorCode> = new Set([
  'offline',
  'offline_terms_missing',
  'offline_limit',
  'offline_needs_barcode',
]);

function whyNotNow(state: TerminalState, sale: Sale, nowMs: number, limits: TerminalLimits): ErrorCode | undefined {
  if (state.linkUp) return undefined;
  return sale.tender === 'card' ? 'offline' : whyNoRedemption(state, nowMs, limits);
}

/** A valid coupon was scanned while there is no link. */
export function scanOffline(
  state: TerminalState,
  what: { sale: Sale; scanned: ScannedBarcode; coupon: ScannedCoupon; uses: readonly CouponUse[] },
  input: { nowMs: number; newPaymentId: PaymentId },
  merchantId: MerchantId,
  limits: TerminalLimits,
): Step {
  const { sale, scanned } = what;
  const { nowMs, newPaymentId: paymentId } = input;
  const refuse = (code: ErrorCode): Step => showRefusal(state, code, sale, nowMs, limits);
  const code = whyNotNow(state, sale, nowMs, limits) ?? whyNotVisit(sale, what.coupon);
  if (code !== undefined || state.terms === null) return refuse(code ?? 'offline_terms_missing');
  const { maxPerCoupon } = limitsOffline(state.terms, limits);
  if (what.uses.length >= maxPerCoupon) return refuse('coupon_used');
  const usedOf = (offerId: OfferId): number =>
    what.uses.filter((use) => use.offerId === null || use.offerId === offerId).length;
  const choices = state.terms.terms.offers.filter((offer) => usedOf(offer.offerId) < offer.uses);
  const [offer, ...others] = choices;
  if (offer === undefined) return refuse('coupon_used');
  if (others.length === 0) return redeem(state, { paymentId, sale, scanned, offer }, nowMs, merchantId, limits);
  const titles = choices.map(({ offerId, title }) => ({ offerId, title }));
  const untilMs = nowMs + limits.awaitScanMs;
  return {
    state: showCounter(state, { kind: 'choosing-offer', paymentId, sale, scanned, choices: titles, untilMs }),
    effects: [],
  };
}

/** The clerk vouches for the day of the visit, within the coupon's validity (as the operator has it in S09). */
function whyNotVisit({ visitDate }: Sale, { notBeforeMs, expiresAtMs }: ScannedCoupon): ErrorCode | undefined {
  if (visitDate < businessDateAt(notBeforeMs)) return 'coupon_not_yet_valid';
  return visitDate > businessDateAt(expiresAtMs - 1) ? 'coupon_expired' : undefined;
}

/** The clerk says which offer the coupon is for. */
export function redeemChosen(
  state: TerminalState,
  chosen: { offerId: OfferId | undefined; nowMs: number },
  merchantId: MerchantId,
  limits: TerminalLimits,
): Step {
  const { counter, terms } = state;
  const { offerId, nowMs } = chosen;
  if (counter.kind !== 'choosing-offer') return { state, effects: [], refused: 'payment_state' };
  const { paymentId, sale, scanned, choices } = counter;
  if (!choices.some((choice) => choice.offerId === offerId)) return { state, effects: [], refused: 'invalid_input' };
  const code = state.clockTrusted ? whyNotNow(state, sale, nowMs, limits) : 'clock_untrusted';
  const offer = terms?.terms.offers.find((each) => each.offerId === offerId);
  if (code !== undefined || offer === undefined) {
    return showRefusal(state, code ?? 'offline_terms_missing', saleOnCounter(state), nowMs, limits);
  }
  return redeem(state, { paymentId, sale, scanned, offer }, nowMs, merchantId, limits);
}

/** It is done from here on: journalled with its slip, and then told to the operator until that has answered. */
function redeem(
  state: TerminalState,
  what: { paymentId: PaymentId; sale: Sale; scanned: ScannedBarcode; offer: TermsOffer },
  nowMs: number,
  merchantId: MerchantId,
  limits: TerminalLimits,
): Step {
  const { paymentId, sale, scanned, offer } = what;
  const { terms } = state;
  if (terms === null) return showRefusal(state, 'offline_terms_missing', sale, nowMs, limits);
  const { maxTotalWon, syncWithinMs } = limitsOffline(terms, limits);
  const quote = quoteSale(sale, offer.discount);
  if (sumWaiting(state) + quote.chargedWon > maxTotalWon)
    return showRefusal(state, 'offline_limit', sale, nowMs, limits);
  const offline = { redeemedAtMs: nowMs, termsId: terms.termsId, offerId: offer.offerId, ...quote };
  const expiresAtMs = nowMs + syncWithinMs;
  const request = { paymentId, merchantId, coupon: scanned.coupon, ...sale, expiresAtMs, offline };
  const { listAmountWon, headcount } = sale;
  const tax = splitTax(quote.chargedWon, offer);
  const redemption = { ...offline, offerTitle: offer.title, listAmountWon, headcount, tax };
  return {
    state: showCounter(putPayment(state, trackRedemption(paymentId, request, nowMs)), {
      kind: 'redeemed',
      paymentId,
      redemption,
      untilMs: nowMs + limits.showResultMs,
    }),
    effects: [{ do: 'record', what: 'redeem', paymentId, request, barcode: scanned.text, redemption }],
  };
}

/** Waits for its turn to be sent; it has no phase that ends by itself. */
export function trackRedemption(
  paymentId: PaymentId,
  request: TrackedPayment['request'],
  nowMs: number,
): TrackedPayment {
  const phaseEndsAtMs = Number.POSITIVE_INFINITY;
  return { paymentId, phase: 'redeemed', request, recheckFields: [], phaseEndsAtMs, nextSendAtMs: nowMs, sends: 0 };
}

/** Sends after which a redemption that is not answered lets the next ones pass. */
const sendsInTurn = 3;

/**
 * Redemptions are synced in the order in which they were made, each after what was open before it: a reversal gives back
 * the use that the redemption of the same coupon needs. One that finds no answer does not hold up the others for ever.
 */
export function isItsTurn(state: TerminalState, redemption: TrackedPayment): boolean {
  for (const earlier of state.payments.values()) {
    if (earlier.paymentId === redemption.paymentId) return true;
    if (earlier.phase === 'redeemed' ? earlier.sends <= sendsInTurn : usesCouponOf(redemption, earlier)) return false;
  }
  return true;
}

const couponIdOf = ({ request: { coupon } }: TrackedPayment) => (coupon.kind === 'barcode' ? coupon.couponId : null);

const usesCouponOf = (redemption: TrackedPayment, other: TrackedPayment): boolean =>
  couponIdOf(other) === couponIdOf(redemption);

/** Later terms replace the ones at hand; a late or repeated message changes nothing. */
export function takeTerms(
  state: TerminalState,
  issued: IssuedTerms,
  nowMs: number,
  limits: TerminalLimits,
): TerminalState {
  if (state.terms !== null && state.terms.issuedAtMs >= issued.issuedAtMs) return state;
  return reviewSale({ ...state, terms: issued }, nowMs, limits);
}
