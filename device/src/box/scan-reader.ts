import type { Result } from '@scanpay/shared/errors.ts';
import { isReceiptCode, parseReceiptCode } from '@scanpay/shared/receipt/receipt-code.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { Scan, ScannedCoupon } from '../core/terminal/state.ts';
import type { Journal } from '../ports/journal.ts';

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
