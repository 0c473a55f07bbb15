import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegistrationId } from '../ids.ts';
import {
  type CustomerId,
  capName,
  customerIdOf,
  maxNameBytes,
  openRegistrationBox,
  sealRegistrationBox,
} from './registration-box.ts';
import * as fixtures from './testing/fixtures.ts';

const { couponId, registration, registrationKey, registrationKeys } = fixtures;
const refusal = { ok: false, code: 'barcode_unreadable' };

describe('registration box', () => {
  const sealed = sealRegistrationBox(registration, couponId, registrationKey);

  it('is 43 bytes for four syllables and eleven digits, and the same every time', () => {
    expect(Buffer.from(sealed).toString('hex')).toBe(
      '04cfdc24f4f10cf7ef639a15221108c93171472cb9e33efd1c419a1fa2300d67ae04e50caad96fe2e9adb4',
    );
    expect(sealed).toHaveLength(43);
    expect(openRegistrationBox(sealed, couponId, registrationKeys)).toEqual({ ok: true, value: registration });
  });

  it('shares no byte run with what is inside', () => {
    expect(Buffer.from(sealed).includes(Buffer.from('남'))).toBe(false);
    expect(Buffer.from(sealed).includes(Buffer.from('010123', 'hex'))).toBe(false);
  });

  it('gives back any registration', () => {
    fc.assert(
      fc.property(fixtures.anyRegistration, fixtures.anyCouponId, (box, id) => {
        const opened = openRegistrationBox(sealRegistrationBox(box, id, registrationKey), id, registrationKeys);
        expect(opened).toEqual({ ok: true, value: box });
      }),
    );
  });

  it('does not open with any one bit changed, nor cut short', () => {
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      expect(openRegistrationBox(fixtures.flipBit(sealed, bit), couponId, registrationKeys)).toMatchObject(refusal);
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(openRegistrationBox(sealed.subarray(0, length), couponId, registrationKeys)).toMatchObject(refusal);
    }
  });

  it('does not open in another coupon or with another key', () => {
    expect(openRegistrationBox(sealed, fixtures.otherCouponId, registrationKeys)).toMatchObject(refusal);
    expect(openRegistrationBox(sealed, couponId, fixtures.otherRegistrationKeys)).toMatchObject(refusal);
    expect(openRegistrationBox(sealed, couponId, new Map())).toMatchObject(refusal);
  });

  it('has another key stream in every coupon', () => {
    const other = sealRegistrationBox(registration, fixtures.otherCouponId, registrationKey);
    const same = sealed.filter((byte, at) => at > 0 && byte === other[at]);
    expect(same.length).toBeLessThan(6);
  });

  it.each([
    { name: ' \t' },
    { mobile: '010-1234-5678' },
    { mobile: '0101234' },
    { mobile: '0101234567890123' },
    { customerId: 'FEDCBA9876543210' as CustomerId },
    { customerId: '' as CustomerId },
  ])('is not made from %j', (change) => {
    expect(() => sealRegistrationBox({ ...registration, ...change }, couponId, registrationKey)).toThrow('internal');
  });
});

describe('capName', () => {
  it.each([
    ['  남궁   민수 ', '남궁 민수'],
    ['한'.repeat(20), '한'.repeat(15)],
    ['a'.repeat(60), 'a'.repeat(45)],
    ['\u1112\u1161\u11ab', '한'],
    [`${'a'.repeat(44)}한`, 'a'.repeat(44)],
    [`${'a'.repeat(44)} b`, 'a'.repeat(44)],
    ['\ud800', '\ufffd'],
    ['😀'.repeat(12), '😀'.repeat(11)],
  ])('makes %j into %j', (name, capped) => {
    expect(capName(name)).toBe(capped);
  });

  it('holds for any text, and holds still when done again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (name) => {
        const capped = capName(name);
        expect(Buffer.byteLength(capped)).toBeLessThanOrEqual(maxNameBytes);
        expect(capName(capped)).toBe(capped);
      }),
    );
  });
});

describe('customerIdOf', () => {
  it('is the last eight bytes of the registration id', () => {
    expect(customerIdOf('019ab1c2-d3e4-7f50-8a1b-2c3d4e5f6071' as RegistrationId)).toBe('8a1b2c3d4e5f6071');
  });
});
