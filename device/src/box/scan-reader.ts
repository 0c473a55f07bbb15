import { type Result, refuse } from '@scanpay/shared/errors.ts';
import { isReceiptCode, parseReceiptCode } from '@scanpay/shared/receipt/receipt-code.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { isClaim, isWifi } from '../core/claiming/judge-scan.ts';
import type { PlainInput, Scan, ScannedCoupon } from '../core/terminal/state.ts';
import type { Journal, PaymentRecord } from '../ports/journal.ts';
import type { TrustedClock } from './trusted-clock.ts';

/** What a scanned text is: a receipt of this box, or something that claims to be a coupon. */
export function readScan(
  text: string,
  deps: { journal: Journal; readCoupon(text: string): Result<ScannedCoupon> },
): Scan {
  if (!isReceiptCode(text)) {
    const coupon = refuseSetUpCode(text) ?? deps.readCoupon(text);
    return { kind: 'coupon', text, sha256: sha256Base64Url(text), coupon };
  }
  const paymentId = parseReceiptCode(text);
  return { kind: 'receipt', payment: paymentId.ok ? deps.journal.findPayment(paymentId.value) : null };
}

/** A customer's hand is near the scanner, too: what sets a box up is not taken once it stands in a shop. */
function refuseSetUpCode(text: string): Result<never> | undefined {
  if (isClaim(text)) return refuse('box_claimed');
  return isWifi(text) ? refuse('wifi_set_up_only') : undefined;
}

/** A whole line that is no text a code could hold, or too long for one: the clerk is told like of any foreign code. */
export const unreadableScan: Scan = { kind: 'coupon', text: '', sha256: '', coupon: refuse('barcode_unreadable') };

/**
 * What is to be known when an input is taken up, all earlier inputs done: of a coupon, where this box has used it already
 * and what could be refunded, and that no validity is decided by a clock that jumped a moment ago; of a payment that is to
 * be refunded, what was given back by now.
 */
export function completeInput(
  input: PlainInput,
  journal: Pick<Journal, 'couponUses' | 'refundablePayment' | 'findPayment'>,
  clock: Pick<TrustedClock, 'isTrusted'>,
): PlainInput {
  if (input.kind === 'cancel-requested') return { ...input, payment: readAgain(input.payment, journal) };
  if (input.kind !== 'scanned') return input;
  const { scan } = input;
  if (scan.kind === 'receipt') {
    return { ...input, scan: { ...scan, payment: scan.payment && readAgain(scan.payment, journal) } };
  }
  if (!scan.coupon.ok) return input;
  const { couponId } = scan.coupon.value;
  const coupon = clock.isTrusted() ? scan.coupon : refuse('clock_untrusted');
  const uses = journal.couponUses(couponId);
  return { ...input, scan: { ...scan, coupon, uses, refundable: journal.refundablePayment(couponId) } };
}

const readAgain = (payment: PaymentRecord, journal: Pick<Journal, 'findPayment'>): PaymentRecord =>
  journal.findPayment(payment.paymentId) ?? payment;
