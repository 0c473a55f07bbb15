import { checkValidity } from '@scanpay/shared/auth-barcode/validity.ts';
import { type Result, refuse } from '@scanpay/shared/errors.ts';
import type { CouponId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import type { CouponReference } from '@scanpay/shared/wire/messages.ts';
import { offerCancel } from './cancel.ts';
import {
  countOpen,
  putPayment,
  refuseInput,
  saleOnCounter,
  showCounter,
  showRefusal,
  startReversal,
  stay,
  waitingRedemptions,
} from './parts.ts';
import { redeemChosen, reviewSale, scanOffline } from './redeem.ts';
import type {
  Counter,
  Sale,
  Scan,
  ScannedBarcode,
  ScannedCoupon,
  Step,
  TerminalInput,
  TerminalLimits,
  TerminalState,
} from './state.ts';

type InputOf<K extends TerminalInput['kind']> = Extract<TerminalInput, { kind: K }>;

/** S07: the clerk entered amount and headcount; the counter waits for the coupon. */
export function enterSale(state: TerminalState, input: InputOf<'sale-entered'>, limits: TerminalLimits): Step {
  const { counter } = state;
  if (counter.kind === 'paying' || counter.kind === 'cancelling' || counter.kind === 'recheck') {
    return refuseInput(state, 'busy');
  }
  if (countOpen(state) >= limits.maxOpen) return refuseInput(state, 'journal_full');
  const untilMs = input.nowMs + limits.awaitScanMs;
  const awaiting = showCounter(state, { kind: 'awaiting-scan', sale: input.sale, untilMs });
  return stay(reviewSale(awaiting, input.nowMs, limits));
}

/** The clerk gave up what is on the counter. A recheck or an unknown payment is reversed, never just forgotten. */
export function abandon(state: TerminalState, nowMs: number): Step {
  const { counter } = state;
  if (counter.kind === 'paying' || counter.kind === 'cancelling') return refuseInput(state, 'busy');
  const idle = showCounter(state, { kind: 'idle' });
  if (counter.kind !== 'recheck' && counter.kind !== 'unknown') return stay(idle);
  const payment = state.payments.get(counter.paymentId);
  if (payment === undefined || payment.phase === 'reversing') return stay(idle);
  return startReversal(idle, payment, nowMs);
}

/** While money is under way, no scan takes it off the counter: a stray one would hide that nobody may charge again. */
const underWay: ReadonlySet<Counter['kind']> = new Set(['paying', 'cancelling', 'recheck', 'unknown']);

/** S07: a scanned text. Forged, unreadable and expired coupons are refused here, without the network. */
export function takeScan(
  state: TerminalState,
  input: InputOf<'scanned'>,
  merchantId: MerchantId,
  limits: TerminalLimits,
): Step {
  const { counter } = state;
  if (underWay.has(counter.kind)) return refuseInput(state, 'busy');
  if (input.scan.kind === 'receipt') return offerCancel(state, input.scan.payment, input.nowMs, limits);
  if (counter.kind === 'awaiting-refund') return takeRefundScan(state, input.scan, input.nowMs, limits);
  const sale = saleOnCounter(state);
  const checked = checkCoupon(state, input.scan, input.nowMs);
  if (!checked.ok) return showRefusal(state, checked.code, sale, input.nowMs, limits);
  if (sale === null) return showRefusal(state, 'sale_not_entered', null, input.nowMs, limits);
  const { couponId } = checked.value;
  if (isWaiting(state, couponId)) return showRefusal(state, 'coupon_waiting', sale, input.nowMs, limits);
  const { text, sha256: barcodeSha256, uses = [] } = input.scan;
  const scanned: ScannedBarcode = { coupon: { kind: 'barcode', couponId, barcodeSha256 }, text };
  if (!state.linkUp) {
    return scanOffline(state, { sale, scanned, coupon: checked.value, uses }, input, merchantId, limits);
  }
  return openPayment(state, { sale, coupon: scanned.coupon, barcode: text }, input, merchantId, limits);
}

/** What was paid with a coupon is refunded also when the coupon has expired. */
function takeRefundScan(
  state: TerminalState,
  { coupon, refundable = null }: Extract<Scan, { kind: 'coupon' }>,
  nowMs: number,
  limits: TerminalLimits,
): Step {
  if (!coupon.ok) return showRefusal(state, coupon.code, null, nowMs, limits);
  return offerCancel(state, refundable, nowMs, limits);
}

/** An online payment must not overtake the redemption of the same coupon that is still to be synced. */
const isWaiting = (state: TerminalState, couponId: CouponId): boolean =>
  state.linkUp &&
  waitingRedemptions(state).some(
    ({ request: { coupon } }) => coupon.kind === 'barcode' && coupon.couponId === couponId,
  );

/** Offline, several offers: redeemed as chosen. Should the link be back meanwhile, the operator is asked as ever. */
export function chooseOffer(
  state: TerminalState,
  input: InputOf<'recheck-confirmed'>,
  merchantId: MerchantId,
  limits: TerminalLimits,
): Step {
  const { counter } = state;
  const { nowMs, paymentId: newPaymentId, confirmed } = input;
  if (counter.kind !== 'choosing-offer' || counter.paymentId !== newPaymentId) {
    return refuseInput(state, 'payment_state');
  }
  if (!state.linkUp) return redeemChosen(state, { offerId: confirmed.offerId, nowMs }, merchantId, limits);
  const { sale, scanned } = counter;
  const what = { sale, coupon: scanned.coupon, barcode: scanned.text };
  return openPayment(state, what, { nowMs, newPaymentId }, merchantId, limits);
}

/** The auth number, when screen or camera fail: cash only, for the card is nowhere but in the barcode (DESIGN §4). */
export function takeAuthNumber(
  state: TerminalState,
  input: InputOf<'auth-number-entered'>,
  merchantId: MerchantId,
  limits: TerminalLimits,
): Step {
  const sale = saleOnCounter(state);
  if (sale === null) return refuseInput(state, 'sale_not_entered');
  if (sale.tender !== 'cash') return refuseInput(state, 'card_needs_barcode');
  const coupon: CouponReference = { kind: 'auth-number', authNumber: input.authNumber };
  return openPayment(state, { sale, coupon, barcode: null }, input, merchantId, limits);
}

function checkCoupon(
  state: TerminalState,
  scan: Extract<Scan, { kind: 'coupon' }>,
  nowMs: number,
): Result<ScannedCoupon> {
  if (!scan.coupon.ok) return scan.coupon;
  if (!state.clockTrusted) return refuse('clock_untrusted');
  return checkValidity(scan.coupon.value, nowMs);
}

/** S08: the payment exists from here on: recorded, then sent. */
function openPayment(
  state: TerminalState,
  what: { sale: Sale; coupon: CouponReference; barcode: string | null },
  input: { nowMs: number; newPaymentId: PaymentId },
  merchantId: MerchantId,
  limits: TerminalLimits,
): Step {
  const { sale, coupon, barcode } = what;
  // Without the link only a cash coupon's barcode can be checked, and that is not done here.
  if (!state.linkUp) {
    const code = sale.tender === 'cash' ? 'offline_needs_barcode' : 'offline';
    return showRefusal(state, code, sale, input.nowMs, limits);
  }
  if (!state.clockTrusted) return showRefusal(state, 'clock_untrusted', sale, input.nowMs, limits);
  const { nowMs, newPaymentId: paymentId } = input;
  const expiresAtMs = nowMs + limits.deadlineMs;
  const request = { paymentId, merchantId, coupon, ...sale, expiresAtMs };
  const opened = putPayment(state, {
    paymentId,
    phase: 'sent',
    request,
    recheckFields: [],
    phaseEndsAtMs: expiresAtMs,
    nextSendAtMs: nowMs + limits.repeatMs,
    sends: 1,
  });
  return {
    state: showCounter(opened, { kind: 'paying', paymentId, sale }),
    effects: [
      { do: 'record', what: 'open-payment', paymentId, request, barcode },
      { do: 'send', what: 'request', paymentId },
    ],
  };
}
