import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhnCheckDigit, passesLuhn } from './luhn.ts';

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });

describe('luhn', () => {
  it.each([
    ['7992739871', '3'],
    ['411111111111111', '1'],
    ['37828224631000', '5'],
    ['0', '0'],
  ])('gives %s its check digit %s', (body, check) => {
    expect(luhnCheckDigit(body)).toBe(check);
    expect(passesLuhn(body + check)).toBe(true);
  });

  it('refuses fewer than two digits', () => {
    expect(passesLuhn('')).toBe(false);
    expect(passesLuhn('0')).toBe(false);
  });

  it('notices every single wrong digit', () => {
    fc.assert(
      fc.property(digits(1, 18), fc.nat(), fc.integer({ min: 1, max: 9 }), (body, position, shift) => {
        const whole = body + luhnCheckDigit(body);
        const at = position % whole.length;
        const wrong = whole.slice(0, at) + ((Number(whole[at]) + shift) % 10) + whole.slice(at + 1);
        expect(passesLuhn(wrong)).toBe(false);
      }),
    );
  });

  it('notices neighbours changing places, except 0 and 9, which Luhn cannot see', () => {
    fc.assert(
      fc.property(digits(2, 18), fc.nat(), (body, position) => {
        const whole = body + luhnCheckDigit(body);
        const at = position % (whole.length - 1);
        const [left = '', right = ''] = [whole[at], whole[at + 1]];
        fc.pre(left !== right && !['09', '90'].includes(left + right));
        expect(passesLuhn(whole.slice(0, at) + right + left + whole.slice(at + 2))).toBe(false);
      }),
    );
  });
});
