import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardBoxBytes, openCardBox, sealCardBox } from './card-box.ts';
import type { Card, CardNumber } from './card-number.ts';
import { toCouponIdBytes } from './coupon-id.ts';
import { sealHpke } from './hpke.ts';
import * as fixtures from './testing/fixtures.ts';

const { card, couponId, pgKeys, pgPublicKey } = fixtures;
const refusal = { ok: false, code: 'card_box_unopenable' };

/** Sealed once with the keys of `testing/fixtures.ts`: guards the format, which no code can make again byte for byte. */
const recorded =
  '0554ca42958b38719425c193563fefdc2b4f5ef8da47a6c8c7c727f4b025c4e57a68c8fc633288fb6e3ce7d7ebc7afaa8a8ccfd5073fccb5f41a';

describe('card box', () => {
  const sealed = sealCardBox(card, couponId, pgPublicKey);

  it('opens a box recorded earlier', () => {
    expect(openCardBox(Buffer.from(recorded, 'hex'), couponId, pgKeys)).toEqual({ ok: true, value: card });
  });

  it.each<[string, string]>([
    ['13 digits', '4222222222222'],
    ['15 digits', '378282246310005'],
    ['16 digits', '4111111111111111'],
    ['19 digits', '6304000000000000000'],
    ['the largest number', '9999999999999999998'],
    ['leading zeros', '0000000000000000'],
  ])('is 58 bytes for %s', (_name, number) => {
    for (const expiry of [
      { year: 2000, month: 1 },
      { year: 2099, month: 12 },
    ]) {
      const input: Card = { number: number as CardNumber, expiry };
      const box = sealCardBox(input, couponId, pgPublicKey);
      expect(box).toHaveLength(58);
      expect(openCardBox(box, couponId, pgKeys)).toEqual({ ok: true, value: input });
    }
    expect(cardBoxBytes).toBe(58);
  });

  it('gives back any card', () => {
    fc.assert(
      fc.property(fixtures.anyCard, fixtures.anyCouponId, (input, id) => {
        expect(openCardBox(sealCardBox(input, id, pgPublicKey), id, pgKeys)).toEqual({ ok: true, value: input });
      }),
    );
  });

  it('never repeats', () => {
    expect(sealCardBox(card, couponId, pgPublicKey)).not.toEqual(sealed);
  });

  it('does not open with any one bit changed, cut short or made longer', () => {
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      expect(openCardBox(fixtures.flipBit(sealed, bit), couponId, pgKeys), `bit ${bit}`).toMatchObject(refusal);
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(openCardBox(sealed.subarray(0, length), couponId, pgKeys)).toMatchObject(refusal);
    }
    expect(openCardBox(Buffer.concat([sealed, Buffer.alloc(1)]), couponId, pgKeys)).toMatchObject(refusal);
    expect(openCardBox(new Uint8Array(1_000_000), couponId, pgKeys)).toMatchObject(refusal);
  });

  it('does not open in another coupon or with another key', () => {
    expect(openCardBox(sealed, fixtures.otherCouponId, pgKeys)).toMatchObject(refusal);
    expect(openCardBox(sealed, couponId, fixtures.otherPgKeys)).toMatchObject(refusal);
    expect(openCardBox(sealed, couponId, new Map())).toMatchObject(refusal);
  });

  it.each([
    ['000000000000000000', 'nothing'],
    ['ffffffffffffffffff', 'more than any card'],
    [(2111111111111111n * 1200n).toString(16).padStart(18, '0'), 'digits that do not stand behind a 1'],
    [(100000000000n * 1200n).toString(16).padStart(18, '0'), 'twelve digits'],
    ['00'.repeat(8), 'eight bytes'],
    ['00'.repeat(10), 'ten bytes'],
  ])('refuses %s (%s) though it was sealed for this PG and coupon', (hex) => {
    const info = new TextEncoder().encode('ScanPay card box v1');
    const plain = Buffer.from(hex, 'hex');
    const { enc, ciphertext } = sealHpke(pgPublicKey.publicKey, info, toCouponIdBytes(couponId), plain);
    const box = Buffer.concat([Uint8Array.of(pgPublicKey.kid), enc, ciphertext]);
    expect(openCardBox(box, couponId, pgKeys)).toMatchObject(refusal);
  });

  it.each<Card>([
    { ...card, number: '4111111111111112' as CardNumber },
    { ...card, number: '' as CardNumber },
    { ...card, expiry: { year: 1999, month: 12 } },
    { ...card, expiry: { year: 2100, month: 1 } },
    { ...card, expiry: { year: 2030, month: 13 } },
    { ...card, expiry: { year: 2030, month: 0 } },
    { ...card, expiry: { year: Number.NaN, month: 1 } },
  ])('is not made from what is no card', (input) => {
    let thrown = '';
    try {
      sealCardBox(input, couponId, pgPublicKey);
    } catch (error) {
      thrown = String(error);
    }
    expect(thrown).toContain('internal');
    expect(thrown).not.toContain('4111');
  });
});
