import { readAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { openRegistrationBox } from '@scanpay/shared/auth-barcode/registration-box.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { CouponReference } from '@scanpay/shared/wire/messages.ts';
import type { ScannedCoupon } from '../../../core/verify/verify-request.ts';
import type { OperatorKeys } from '../operator-context.ts';

/** The barcode read once more, with the card box that is passed on to the PG and kept nowhere. */
export interface ReadCoupon extends ScannedCoupon {
  /** base64url. */
  cardBox: string;
}

/** The barcode that came beside a signed message: null for an auth number. */
export type Accompanying =
  | { ok: true; barcode: string | null }
  | { ok: false; code: 'invalid_input' | 'signature_invalid'; detail: string };

/** The barcode is outside the signature: it counts only if it is the one whose hash was signed. */
export function checkAccompanying(coupon: CouponReference, barcode: string | undefined): Accompanying {
  if (coupon.kind === 'auth-number') return { ok: true, barcode: null };
  if (barcode === undefined) return { ok: false, code: 'invalid_input', detail: '/barcode: missing' };
  const isSigned = sha256Base64Url(barcode) === coupon.barcodeSha256;
  return isSigned
    ? { ok: true, barcode }
    : { ok: false, code: 'signature_invalid', detail: '/barcode: not the one that was signed' };
}

/** Refuses with the `barcode_*` codes. */
export function readCoupon(barcode: string, keys: OperatorKeys): Result<ReadCoupon> {
  const clear = readAuthBarcode(barcode, keys.verify);
  if (!clear.ok) return clear;
  const { couponId, notBeforeMs, expiresAtMs, registrationBox, cardBox } = clear.value;
  const registration = openRegistrationBox(registrationBox, couponId, keys.registrationBoxes);
  if (!registration.ok) return refuse(registration.code, registration.detail);
  return accept({
    couponId,
    notBeforeMs,
    expiresAtMs,
    registration: registration.value,
    cardBox: Buffer.from(cardBox).toString('base64url'),
  });
}
