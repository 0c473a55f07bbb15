import { accept, type Result, refuse } from '../errors.ts';
import { idPattern, type PaymentId } from '../ids.ts';

const prefix = 'SR1:';
const codeLength = prefix.length + 36;
const paymentIdPattern = new RegExp(idPattern.uuidV7);

/**
 * The text of a receipt's QR code: `SR1:` and the payment id in upper case. Every character is in QR's alphanumeric
 * set (ISO/IEC 18004 §7.3.4), so 40 of them fit a version 3 symbol at level M.
 */
export function formatReceiptCode(paymentId: PaymentId): string {
  return prefix + paymentId.toUpperCase();
}

/** True for anything that claims to be a receipt's code, well-formed or not: the scan router asks this first. */
export function isReceiptCode(text: string): boolean {
  return text.slice(0, prefix.length).toUpperCase() === prefix;
}

/**
 * Reads a scanned receipt code. Case does not matter: a scanner with its caps lock inverted swaps it.
 * Refuses with `barcode_unreadable`.
 */
export function parseReceiptCode(text: string): Result<PaymentId> {
  if (!isReceiptCode(text)) return refuse('barcode_unreadable', 'not a receipt code');
  const paymentId = text.slice(prefix.length).toLowerCase();
  if (text.length !== codeLength || !paymentIdPattern.test(paymentId)) {
    return refuse('barcode_unreadable', 'the receipt code names no payment');
  }
  return accept(paymentId as PaymentId);
}
