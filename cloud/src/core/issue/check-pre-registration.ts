import type { PreRegistrationBody } from '@scanpay/shared/api/operator.ts';
import { cardBoxBytes } from '@scanpay/shared/auth-barcode/card-box.ts';
import { capName } from '@scanpay/shared/auth-barcode/registration-box.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import { toBarcodeValidity } from './barcode-validity.ts';

/** Bytes in base64url without padding take four characters for three. */
const cardBoxChars = Math.ceil((cardBoxBytes * 4) / 3);
/** CWT dates end in 2106 where they have four bytes. */
const lastMs = 2 ** 32 * 1000 - 1;

/**
 * What the schema cannot say of S03. Refuses with `invalid_input` (the detail names the field), `coupon_expired`, or
 * `offer_unknown` for an offer of a merchant without contract: its coupon could never be used.
 */
export function checkPreRegistration(
  body: PreRegistrationBody,
  hasContract: (merchantId: MerchantId) => boolean,
  nowMs: number,
): Result<PreRegistrationBody> {
  if (capName(body.name) === '') return refuse('invalid_input', '/name: blank');
  if (body.cardBox.length !== cardBoxChars || !/^[A-Za-z0-9_-]+$/u.test(body.cardBox)) {
    return refuse('invalid_input', `/cardBox: not ${cardBoxBytes} bytes in base64url`);
  }
  const { notBeforeMs, expiresAtMs } = toBarcodeValidity(body);
  if (notBeforeMs >= expiresAtMs || body.validUntilMs > lastMs) {
    return refuse('invalid_input', '/validUntilMs: not after /validFromMs, or after 2106');
  }
  if (body.validUntilMs <= nowMs) return refuse('coupon_expired');
  const offers = new Set(body.entitlements.map((each) => each.offerId));
  if (offers.size !== body.entitlements.length) return refuse('invalid_input', '/entitlements: an offer twice');
  if (body.entitlements.some((each) => each.visitFrom > each.visitTo)) {
    return refuse('invalid_input', '/entitlements: visitTo before visitFrom');
  }
  const foreign = body.entitlements.find((each) => !hasContract(each.merchantId));
  return foreign === undefined ? accept(body) : refuse('offer_unknown', `${foreign.merchantId}: no contract`);
}
