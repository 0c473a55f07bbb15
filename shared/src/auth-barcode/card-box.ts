/**
 * The card box: card number and expiry, sealed by the PG for itself with HPKE. The operator only carries its bytes.
 *
 * | bytes | what                                                                        |
 * |-------|-----------------------------------------------------------------------------|
 * | 1     | id of the PG's X25519 key                                                   |
 * | 32    | HPKE encapsulated key (`enc`)                                               |
 * | 9     | card number and expiry, packed                                              |
 * | 16    | tag                                                                         |
 *
 * Packed: the number's digits without the last (Luhn gives it back) behind a leading 1 that keeps their count, times
 * 1,200 months, plus the months from January 2000 to the expiry. The largest, a number of 19 digits, is below
 * 2 × 10^18 × 1,200 < 2^72. BCD would take 10 to 12 bytes; and as every box has 58 bytes, its length tells nothing
 * about the card.
 *
 * HPKE's associated data is the coupon id, so a box opens in its own coupon only; its info is the domain string.
 */
import { accept, type Result, refuse, ScanPayError } from '../errors.ts';
import type { CouponId } from '../ids.ts';
import { type Card, type CardExpiry, type CardNumber, parseCardNumber } from './card-number.ts';
import { toCouponIdBytes } from './coupon-id.ts';
import { encBytes, openHpke, sealHpke, tagBytes } from './hpke.ts';
import type { PgBoxPrivateKeys, PgBoxPublicKey } from './keys.ts';
import { luhnCheckDigit } from './luhn.ts';

const packedBytes = 9;
/** Length of every card box. */
export const cardBoxBytes = 1 + encBytes + packedBytes + tagBytes;

const info = new TextEncoder().encode('ScanPay card box v1');
const months = 1200n;
const firstYear = 2000;

function packCard({ number, expiry }: Card): Uint8Array {
  const month = (expiry.year - firstYear) * 12 + expiry.month - 1;
  const packed = BigInt(`1${number.slice(0, -1)}`) * months + BigInt(month);
  return Buffer.from(packed.toString(16).padStart(packedBytes * 2, '0'), 'hex');
}

function unpackCard(bytes: Uint8Array): Card | undefined {
  const packed = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const counted = (packed / months).toString();
  if (!counted.startsWith('1')) return undefined;
  const body = counted.slice(1);
  const number = parseCardNumber(body + luhnCheckDigit(body));
  if (!number.ok) return undefined;
  const month = Number(packed % months);
  return { number: number.value, expiry: { year: firstYear + Math.floor(month / 12), month: (month % 12) + 1 } };
}

function isPackable(number: CardNumber, { year, month }: CardExpiry): boolean {
  const inYears = Number.isInteger(year) && year >= firstYear && year < firstYear + 100;
  return inYears && Number.isInteger(month) && month >= 1 && month <= 12 && parseCardNumber(number).ok;
}

/**
 * 58 bytes that only the PG opens, and only beside this coupon id. Every call gives other bytes (see `hpke.ts`).
 * @throws ScanPayError `internal` for a card that did not come from `parseCardNumber` and `parseExpiry`.
 */
export function sealCardBox(card: Card, couponId: CouponId, key: PgBoxPublicKey): Uint8Array {
  if (!isPackable(card.number, card.expiry)) throw new ScanPayError('internal', 'card box: not a card');
  const sealed = sealHpke(key.publicKey, info, toCouponIdBytes(couponId), packCard(card));
  return Buffer.concat([Uint8Array.of(key.kid), sealed.enc, sealed.ciphertext]);
}

/** Refuses with `card_box_unopenable`: no key of that id, another coupon's box, a changed byte. Never throws. */
export function openCardBox(cardBox: Uint8Array, couponId: CouponId, keys: PgBoxPrivateKeys): Result<Card> {
  if (cardBox.length !== cardBoxBytes) return refuse('card_box_unopenable', `not ${cardBoxBytes} bytes`);
  const key = keys.get(cardBox[0] ?? -1);
  if (key === undefined) return refuse('card_box_unopenable', 'unknown key');
  const sealed = { enc: cardBox.subarray(1, 1 + encBytes), ciphertext: cardBox.subarray(1 + encBytes) };
  const packed = openHpke(key.privateKey, info, toCouponIdBytes(couponId), sealed);
  const card = packed && unpackCard(packed);
  return card ? accept(card) : refuse('card_box_unopenable', 'does not open');
}
