import { decodeBase45, encodeBase45 } from '@scanpay/shared/auth-barcode/base45.ts';

/** A coupon somebody tampered with: one bit of its last byte, which belongs to the signature, is another. */
export function forgeBarcode(barcode: string): string {
  const bytes = decodeBase45(barcode.slice('SP1:'.length));
  if (bytes === undefined) throw new Error('not a coupon');
  const forged = Uint8Array.from(bytes);
  forged[forged.length - 20] = (forged[forged.length - 20] ?? 0) ^ 1;
  return `SP1:${encodeBase45(forged)}`;
}
