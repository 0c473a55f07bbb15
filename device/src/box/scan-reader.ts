import { type Result, refuse } from '@scanpay/shared/errors.ts';
import { isReceiptCode, parseReceiptCode } from '@scanpay/shared/receipt/receipt-code.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { PlainInput, Scan, ScannedCoupon } from '../core/terminal/state.ts';
import type { Journal } from '../ports/journal.ts';
import type { TrustedClock } from './trusted-clock.ts';

/** What a scanned text is: a receipt of this box, or something that claims to be a coupon. */
export function readScan(
  text: string,
  deps: { journal: Journal; readCoupon(text: string): Result<ScannedCoupon> },
): Scan {
  if (!isReceiptCode(text)) {
    return { kind: 'coupon', text, sha256: sha256Base64Url(text), coupon: deps.readCoupon(text) };
  }
  const paymentId = parseReceiptCode(text);
  return { kind: 'receipt', payment: paymentId.ok ? deps.journal.findPayment(paymentId.value) : null };
}

/** A whole line that is no text a code could hold, or too long for one: the clerk is told like of any foreign code. */
export const unreadableScan: Scan = { kind: 'coupon', text: '', sha256: '', coupon: refuse('barcode_unreadable') };

/**
 * What is to be known of a coupon when its scan is taken up, all earlier inputs done: where this box has used it already;
 * and that no validity is decided by a clock that jumped a moment ago.
 */
export function completeScan(
  input: PlainInput,
  journal: Pick<Journal, 'couponUses'>,
  clock: Pick<TrustedClock, 'isTrusted'>,
): PlainInput {
  if (input.kind !== 'scanned' || input.scan.kind !== 'coupon' || !input.scan.coupon.ok) return input;
  const { couponId } = input.scan.coupon.value;
  const coupon = clock.isTrusted() ? input.scan.coupon : refuse('clock_untrusted');
  return { ...input, scan: { ...input.scan, coupon, uses: journal.couponUses(couponId) } };
}
