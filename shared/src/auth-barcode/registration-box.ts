/**
 * The registration box: who the coupon is for, sealed by the operator for itself (AES-256-GCM).
 *
 * | bytes | what                                                                                       |
 * |-------|--------------------------------------------------------------------------------------------|
 * | 1     | id of the operator's key                                                                   |
 * | 8     | customer id                                                                                |
 * | 6     | mobile number, 11 digits in BCD (`bcd.ts`: 5 bytes for 8 or 9 digits, up to 8 for 15)       |
 * | 12    | name, UTF-8 up to the end: 3 bytes a Korean syllable, at most 45 bytes                     |
 * | 16    | tag                                                                                        |
 *
 * The layout is fixed, without CBOR heads inside, because those 4 bytes are the difference between two QR versions.
 *
 * Key and nonce of a box are HKDF-SHA256 (RFC 5869) of the operator's key, salted with the coupon id; the coupon id
 * is the associated data as well. Each coupon id thus has a key of its own, used **once**: sealing two different
 * registrations under one coupon id would repeat the nonce. A re-issued coupon therefore needs a new coupon id.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { accept, type Result, refuse, ScanPayError } from '../errors.ts';
import type { CouponId, RegistrationId } from '../ids.ts';
import { decodeBcd, encodeBcd } from './bcd.ts';
import { toCouponIdBytes } from './coupon-id.ts';
import type { RegistrationBoxKey, RegistrationBoxKeys } from './keys.ts';

declare const customerIdBrand: unique symbol;
/** 16 lower-case hex digits: the 8 bytes that name the customer's registration inside the barcode. */
export type CustomerId = string & { readonly [customerIdBrand]: 'CustomerId' };

/** The last 8 bytes of the registration's UUIDv7: 62 random bits (RFC 9562 §5.7), enough to find it again. */
export function customerIdOf(registrationId: RegistrationId): CustomerId {
  return registrationId.replaceAll('-', '').slice(-16) as CustomerId;
}

export interface RegistrationBox {
  /** At most 45 bytes of UTF-8, as `capName` gives it. */
  name: string;
  /** 8 to 15 digits, without hyphens or `+`. */
  mobile: string;
  customerId: CustomerId;
}

export const maxNameBytes = 45;
const customerIdBytes = 8;
const tagBytes = 16;
const aead = 'aes-256-gcm';
const keyInfo = new TextEncoder().encode('ScanPay registration box v1');
const mobilePattern = /^[0-9]{8,15}$/u;
const customerIdPattern = /^[0-9a-f]{16}$/u;

/**
 * The name as the barcode holds it: NFC, blanks single, cut to whole characters within 45 bytes (15 Korean syllables).
 * Who compares a registration with a barcode compares `capName(registration.name)`.
 */
export function capName(name: string): string {
  const clean = name.toWellFormed().normalize('NFC').trim().replace(/\s+/gu, ' ');
  let capped = '';
  let bytes = 0;
  for (const character of clean) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxNameBytes) break;
    capped += character;
  }
  return capped.trimEnd();
}

function deriveKey(key: RegistrationBoxKey, couponId: Uint8Array): { key: Uint8Array; nonce: Uint8Array } {
  const bytes = new Uint8Array(hkdfSync('sha256', key.secretKey, couponId, keyInfo, 32 + 12));
  return { key: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
}

/**
 * The sealed bytes, key id first. Deterministic. The name is capped.
 * @throws ScanPayError `internal` for an empty name, a mobile number or customer id of another form.
 */
export function sealRegistrationBox(box: RegistrationBox, couponId: CouponId, key: RegistrationBoxKey): Uint8Array {
  const name = capName(box.name);
  if (name === '') throw new ScanPayError('internal', 'registration box: the name is empty');
  if (!mobilePattern.test(box.mobile)) throw new ScanPayError('internal', 'registration box: mobile number');
  if (!customerIdPattern.test(box.customerId)) throw new ScanPayError('internal', 'registration box: customer id');
  const aad = toCouponIdBytes(couponId);
  const derived = deriveKey(key, aad);
  const cipher = createCipheriv(aead, derived.key, derived.nonce, { authTagLength: tagBytes });
  cipher.setAAD(aad);
  const plain = [Buffer.from(box.customerId, 'hex'), encodeBcd(box.mobile), Buffer.from(name)];
  const text = plain.map((part) => cipher.update(part));
  return Buffer.concat([Uint8Array.of(key.kid), ...text, cipher.final(), cipher.getAuthTag()]);
}

/** Refuses with `barcode_unreadable`: no key of that id, another coupon's box, a changed byte. Never throws. */
export function openRegistrationBox(
  sealed: Uint8Array,
  couponId: CouponId,
  keys: RegistrationBoxKeys,
): Result<RegistrationBox> {
  const key = keys.get(sealed[0] ?? -1);
  if (key === undefined) return refuse('barcode_unreadable', 'registration box: unknown key');
  const plain = decrypt(sealed.subarray(1), toCouponIdBytes(couponId), key);
  const box = plain && parsePlain(plain);
  return box ? accept(box) : refuse('barcode_unreadable', 'registration box: does not open');
}

function decrypt(sealed: Uint8Array, aad: Uint8Array, key: RegistrationBoxKey): Uint8Array | undefined {
  const textBytes = sealed.length - tagBytes;
  if (textBytes < 0) return undefined;
  const derived = deriveKey(key, aad);
  const decipher = createDecipheriv(aead, derived.key, derived.nonce, { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(textBytes));
  const plain = decipher.update(sealed.subarray(0, textBytes));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return undefined; // Node's only word for a wrong tag is an exception.
  }
}

function parsePlain(plain: Uint8Array): RegistrationBox | undefined {
  const mobile = decodeBcd(plain.subarray(customerIdBytes));
  if (mobile === undefined || !mobilePattern.test(mobile.digits)) return undefined;
  const customerId = Buffer.from(plain.subarray(0, customerIdBytes)).toString('hex') as CustomerId;
  const name = Buffer.from(plain.subarray(customerIdBytes + mobile.length)).toString('utf8');
  return { name, mobile: mobile.digits, customerId };
}
