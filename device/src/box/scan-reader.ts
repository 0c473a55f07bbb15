import { type Result, refuse } from '@scanpay/shared/errors.ts';
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

/** A whole line that is no text a code could hold, or too long for one: the clerk is told like of any foreign code. */
export const unreadableScan: Scan = { kind: 'coupon', text: '', sha256: '', coupon: refuse('barcode_unreadable') };
