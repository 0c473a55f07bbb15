import { checkValidity } from '@scanpay/shared/auth-barcode/validity.ts';
import { type ErrorCode, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import type { CouponReference } from '@scanpay/shared/wire/messages.ts';
import { offerCancel } from './cancel.ts';
import { countOpen, putPayment, refuseInput, saleOnCounter, showCounter, startReversal, stay } from './parts.ts';
import type {
  Counter,
  Sale,
  Scan,
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
  return stay(showCounter(state, { kind: 'awaiting-scan', sale: input.sale, untilMs }));
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
  const sale = saleOnCounter(state);
  const checked = checkCoupon(state, input.scan, input.nowMs);
  if (!checked.ok) return showRefusal(state, checked.code, sale, input.nowMs, limits);
  if (sale === null) return showRefusal(state, 'sale_not_entered', null, input.nowMs, limits);
  const { couponId } = checked.value;
  const coupon: CouponReference = { kind: 'barcode', couponId, barcodeSha256: input.scan.sha256 };
  return openPayment(state, { sale, coupon, barcode: input.scan.text }, input, merchantId, limits);
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

function showRefusal(
  state: TerminalState,
  code: ErrorCode,
  sale: Sale | null,
  nowMs: number,
  limits: TerminalLimits,
): Step {
  const untilMs = nowMs + (sale === null ? limits.showResultMs : limits.awaitScanMs);
  return { state: showCounter(state, { kind: 'refused', code, sale, untilMs }), effects: [], refused: code };
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
  if (!state.linkUp) return showRefusal(state, 'offline', sale, input.nowMs, limits);
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
