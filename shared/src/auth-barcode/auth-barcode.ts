/**
 * The auth barcode (DESIGN §4): `SP1:` + base45 (RFC 9285) of a COSE_Sign1 (RFC 9052), whose protected header carries
 * the coupon's CWT claims (RFC 8392, RFC 9597) and whose payload is the two sealed boxes.
 *
 * Every byte of it, for a name of four Korean syllables and a mobile number of eleven digits:
 *
 * | bytes | hex          | what                                                                              |
 * |-------|--------------|-----------------------------------------------------------------------------------|
 * | 1     | 84           | COSE_Sign1: an array of four                                                      |
 * | 2     | 58 1e        | protected header: 30 bytes follow                                                 |
 * | 1     | a3           | a map of three                                                                    |
 * | 2     | 01 27        | alg: EdDSA (-8)                                                                   |
 * | 3     | 04 41 ..     | kid: the issuer's key id                                                          |
 * | 2     | 0f a3        | CWT claims: a map of three                                                        |
 * | 6     | 04 1a ...... | exp, seconds                                                                      |
 * | 6     | 05 1a ...... | nbf, seconds                                                                      |
 * | 10    | 07 48 ...... | cti: the coupon id                                                                |
 * | 1     | a0           | unprotected header: empty                                                         |
 * | 2     | 58 65        | payload: 101 bytes follow                                                         |
 * | 58    |              | card box, always this long (`card-box.ts`: 1 + 32 + 9 + 16)                       |
 * | 43    |              | registration box, to the end (`registration-box.ts`: 1 + 8 + 6 + 12 + 16)         |
 * | 2     | 58 40        | signature: 64 bytes follow                                                        |
 * | 64    |              | Ed25519                                                                           |
 *
 * 203 bytes, 309 characters: QR version 10 at level M, which holds 311 characters in alphanumeric mode. The claims are
 * in the header rather than in the payload because a private claim for the boxes would cost five bytes for its key
 * (IANA keeps everything down to -65,536), and those five bytes are version 11. RFC 9597 was written for this: claims
 * beside a payload that is encrypted. The longest barcode (name of 45 bytes, mobile of 15 digits) has 238 bytes, which
 * is version 11.
 */
import { accept, type Result, refuse, ScanPayError } from '../errors.ts';
import type { CouponId } from '../ids.ts';
import { decodeBase45, encodeBase45 } from './base45.ts';
import { cardBoxBytes } from './card-box.ts';
import { parseCose, signCose, verifyCose } from './cose-sign1.ts';
import { encodeCouponHeader, isNumericDate, parseCouponHeader } from './coupon-header.ts';
import type { KeyId, OperatorSigningKey, OperatorVerifyKeys, RegistrationBoxKey } from './keys.ts';
import { type RegistrationBox, sealRegistrationBox } from './registration-box.ts';
import type { Validity } from './validity.ts';

const prefix = 'SP1:';
/** The budget of DESIGN §4; `capName` keeps every barcode within it. */
export const maxBarcodeBytes = 240;
/** Characters of the longest barcode text there can be; longer ones are refused unread. */
export const maxBarcodeLength = prefix.length + (maxBarcodeBytes / 2) * 3;

export interface AuthBarcodeInput extends Validity {
  /** New for each barcode, also when a coupon is issued again: the registration box's key and nonce hang on it. */
  couponId: CouponId;
  registration: RegistrationBox;
  /** As `sealCardBox` made it for this very coupon id. */
  cardBox: Uint8Array;
}

export interface IssuerKeys {
  signing: OperatorSigningKey;
  registrationBox: RegistrationBoxKey;
}

/** What anybody with the issuer's public key can read, signature verified; the boxes are still sealed. */
export interface ClearCoupon extends Validity {
  issuerKid: KeyId;
  couponId: CouponId;
  /** 58 bytes, for `openCardBox` at the PG. */
  cardBox: Uint8Array;
  /** For `openRegistrationBox` at the operator. */
  registrationBox: Uint8Array;
}

/**
 * The barcode's text. Deterministic, given the card box.
 * @throws ScanPayError `internal` when the validity is empty or not in whole seconds before 2106, when the card box
 * has another length, or when the registration does not fit its box.
 */
export function sealAuthBarcode(input: AuthBarcodeInput, keys: IssuerKeys): string {
  const notBeforeSeconds = input.notBeforeMs / 1000;
  const expirySeconds = input.expiresAtMs / 1000;
  if (!(isNumericDate(notBeforeSeconds) && isNumericDate(expirySeconds)) || notBeforeSeconds >= expirySeconds) {
    throw new ScanPayError('internal', 'auth barcode: validity is not a span of whole seconds');
  }
  if (input.cardBox.length !== cardBoxBytes) throw new ScanPayError('internal', 'auth barcode: card box');
  const registrationBox = sealRegistrationBox(input.registration, input.couponId, keys.registrationBox);
  const { kid: issuerKid } = keys.signing;
  const header = encodeCouponHeader({ issuerKid, couponId: input.couponId, notBeforeSeconds, expirySeconds });
  const bytes = signCose(header, Buffer.concat([input.cardBox, registrationBox]), keys.signing);
  if (bytes.length > maxBarcodeBytes) throw new ScanPayError('internal', `auth barcode: ${bytes.length} bytes`);
  return prefix + encodeBase45(bytes);
}

/**
 * Reads and verifies a scanned text, of any length and content. Whether the coupon is valid *now* is for
 * `checkValidity` to say. Never throws. Refuses with
 * - `barcode_unreadable`: not an auth barcode of this version, or a damaged one
 * - `barcode_issuer_unknown`: the issuer's key id is not in the keyring
 * - `barcode_forged`: the issuer did not sign this
 */
export function readAuthBarcode(text: string, verifyKeys: OperatorVerifyKeys): Result<ClearCoupon> {
  if (text.length > maxBarcodeLength) return refuse('barcode_unreadable', 'too long');
  if (!text.startsWith(prefix)) return refuse('barcode_unreadable', `does not begin with ${prefix}`);
  const bytes = decodeBase45(text.slice(prefix.length));
  if (bytes === undefined) return refuse('barcode_unreadable', 'not base45');
  const cose = parseCose(bytes);
  const header = cose && parseCouponHeader(cose.header);
  if (cose === undefined || header === undefined) return refuse('barcode_unreadable', 'not a signed coupon');
  const key = verifyKeys.get(header.issuerKid);
  if (key === undefined) return refuse('barcode_issuer_unknown', `issuer key ${header.issuerKid}`);
  if (!verifyCose(cose, key)) return refuse('barcode_forged', `issuer key ${header.issuerKid}`);
  if (cose.payload.length <= cardBoxBytes) return refuse('barcode_unreadable', 'no boxes');
  return accept({
    issuerKid: header.issuerKid,
    couponId: header.couponId,
    notBeforeMs: header.notBeforeSeconds * 1000,
    expiresAtMs: header.expirySeconds * 1000,
    cardBox: cose.payload.slice(0, cardBoxBytes),
    registrationBox: cose.payload.slice(cardBoxBytes),
  });
}
