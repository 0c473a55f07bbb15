/** What the tests of this folder share: fixed keys, one traveller, one card. */
import fc from 'fast-check';
import type { CouponId } from '../../ids.ts';
import { type AuthBarcodeInput, sealAuthBarcode } from '../auth-barcode.ts';
import { decodeBase45, encodeBase45 } from '../base45.ts';
import { sealCardBox } from '../card-box.ts';
import type { Card, CardNumber } from '../card-number.ts';
import {
  createKeyring,
  makeOperatorSigningKey,
  makePgBoxPrivateKey,
  makeRegistrationBoxKey,
  operatorVerifyKeyOf,
  pgBoxPublicKeyOf,
} from '../keys.ts';
import { luhnCheckDigit } from '../luhn.ts';
import type { CustomerId, RegistrationBox } from '../registration-box.ts';

const filledWith = (byte: number) => (length: number) => new Uint8Array(length).fill(byte);

export const signing = makeOperatorSigningKey(3, filledWith(0x11));
export const registrationKey = makeRegistrationBoxKey(4, filledWith(0x22));
const pgPrivateKey = makePgBoxPrivateKey(5, filledWith(0x33));
export const pgPublicKey = pgBoxPublicKeyOf(pgPrivateKey);

/** For cash receipts; an X25519 key like the PG's. */
export const receiptKey = makePgBoxPrivateKey(6, filledWith(0x77));

export const issuerKeys = { signing, registrationBox: registrationKey };
export const verifyKeys = createKeyring([operatorVerifyKeyOf(signing)]);
export const registrationKeys = createKeyring([registrationKey]);
export const pgKeys = createKeyring([pgPrivateKey]);

export const otherSigning = makeOperatorSigningKey(3, filledWith(0x44));
export const otherRegistrationKeys = createKeyring([makeRegistrationBoxKey(4, filledWith(0x55))]);
export const otherPgKeys = createKeyring([makePgBoxPrivateKey(5, filledWith(0x66))]);

export const couponId = '0123456789abcdef' as CouponId;
export const otherCouponId = '0123456789abcdee' as CouponId;

export const registration: RegistrationBox = {
  name: '남궁민수',
  mobile: '01012345678',
  customerId: 'fedcba9876543210' as CustomerId,
};

export const card: Card = { number: '4111111111111111' as CardNumber, expiry: { year: 2030, month: 12 } };

export const notBeforeMs = Date.parse('2026-11-23T00:00:00+09:00');
export const expiresAtMs = Date.parse('2026-12-24T00:00:00+09:00');

export const input: AuthBarcodeInput = {
  couponId,
  notBeforeMs,
  expiresAtMs,
  registration,
  cardBox: sealCardBox(card, couponId, pgPublicKey),
};
export const text = sealAuthBarcode(input, issuerKeys);
export const bytes = toBytes(text);

/** The bytes inside a barcode's text. */
export function toBytes(barcode: string): Uint8Array {
  const decoded = decodeBase45(barcode.slice(4));
  if (decoded === undefined) throw new Error('not base45');
  return decoded;
}

export function toText(barcode: Uint8Array): string {
  return `SP1:${encodeBase45(barcode)}`;
}

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });
const hexId = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex'));

export const anyCouponId = hexId.map((hex) => hex as CouponId);

export const anyCard = fc.record({
  number: digits(12, 18).map((body) => (body + luhnCheckDigit(body)) as CardNumber),
  expiry: fc.record({ year: fc.integer({ min: 2000, max: 2099 }), month: fc.integer({ min: 1, max: 12 }) }),
});

/** Names as they are capped already, so that they come back as they went in. */
export const anyRegistration = fc.record({
  name: fc.oneof(
    fc.string({
      unit: fc.integer({ min: 0xac00, max: 0xd7a3 }).map(String.fromCodePoint),
      minLength: 1,
      maxLength: 15,
    }),
    fc.string({ unit: fc.constantFrom(...'abcdefgXYZ-.'), minLength: 1, maxLength: 45 }),
  ),
  mobile: digits(8, 15),
  customerId: hexId.map((hex) => hex as CustomerId),
});

/** The same bytes with one bit changed. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const at = (bit >> 3) % bytes.length;
  changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
  return changed;
}
