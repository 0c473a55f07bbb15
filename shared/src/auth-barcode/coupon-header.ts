/**
 * The protected COSE header of an auth barcode: algorithm, issuer key id, and the clear claims of the coupon as CWT
 * claims (RFC 8392 §3.1, in the header by RFC 9597).
 */
import { encode } from 'cborg';
import type { CouponId } from '../ids.ts';
import { decodeDeterministic } from './cose-sign1.ts';
import { couponIdBytes, fromCouponIdBytes, toCouponIdBytes } from './coupon-id.ts';
import type { KeyId } from './keys.ts';

/** Header parameters: RFC 9052 §3.1 and, for the claims, RFC 9597 §2. */
const alg = 1;
const kid = 4;
const cwtClaims = 15;
/** EdDSA, RFC 9053 §2.2. */
const eddsa = -8;
/** Claim keys, RFC 8392 §4. */
const exp = 4;
const nbf = 5;
const cti = 7;

export interface CouponHeader {
  issuerKid: KeyId;
  couponId: CouponId;
  /** Seconds since the Unix epoch, a whole number below 2^32 (the year 2106): CWT's NumericDate as an integer. */
  notBeforeSeconds: number;
  /** Likewise. */
  expirySeconds: number;
}

export function isNumericDate(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds < 2 ** 32;
}

export function encodeCouponHeader(header: CouponHeader): Uint8Array {
  const claims = new Map<number, unknown>([
    [exp, header.expirySeconds],
    [nbf, header.notBeforeSeconds],
    [cti, toCouponIdBytes(header.couponId)],
  ]);
  return encode(
    new Map<number, unknown>([
      [alg, eddsa],
      [kid, Uint8Array.of(header.issuerKid)],
      [cwtClaims, claims],
    ]),
  );
}

/** `undefined` for anything but what `encodeCouponHeader` writes: no other member, algorithm or type. */
export function parseCouponHeader(bytes: Uint8Array): CouponHeader | undefined {
  const header = decodeDeterministic(bytes);
  if (!(header instanceof Map) || header.size !== 3 || header.get(alg) !== eddsa) return undefined;
  const issuer: unknown = header.get(kid);
  const claims: unknown = header.get(cwtClaims);
  if (!(issuer instanceof Uint8Array) || issuer.length !== 1) return undefined;
  if (!(claims instanceof Map) || claims.size !== 3) return undefined;
  const expirySeconds: unknown = claims.get(exp);
  const notBeforeSeconds: unknown = claims.get(nbf);
  const coupon: unknown = claims.get(cti);
  if (!(isNumericDate(expirySeconds) && isNumericDate(notBeforeSeconds))) return undefined;
  if (!(coupon instanceof Uint8Array) || coupon.length !== couponIdBytes) return undefined;
  return { issuerKid: issuer[0] ?? 0, couponId: fromCouponIdBytes(coupon), notBeforeSeconds, expirySeconds };
}
