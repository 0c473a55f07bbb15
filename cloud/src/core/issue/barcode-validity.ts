import type { Validity } from '@scanpay/shared/auth-barcode/validity.ts';

/**
 * A coupon's validity as its barcode carries it: in whole seconds (RFC 8392), never wider than the pre-registration
 * DB's, so that a box does not take for good what the operator will refuse.
 */
export function toBarcodeValidity(coupon: { validFromMs: number; validUntilMs: number }): Validity {
  return {
    notBeforeMs: Math.ceil(coupon.validFromMs / 1000) * 1000,
    expiresAtMs: Math.floor(coupon.validUntilMs / 1000) * 1000,
  };
}
