import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBcd, encodeBcd } from './bcd.ts';

describe('bcd', () => {
  it.each([
    ['01012345678', '01012345678f'],
    ['0101234567', '0101234567ff'],
    ['0', '0f'],
    ['', 'ff'],
  ])('writes %j as %s', (digits, hex) => {
    expect(Buffer.from(encodeBcd(digits)).toString('hex')).toBe(hex);
    expect(decodeBcd(Buffer.from(hex, 'hex'))).toEqual({ digits, length: hex.length / 2 });
  });

  it('ends by itself, whatever follows', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 20 });
    fc.assert(
      fc.property(digits, fc.uint8Array({ maxLength: 8 }), (text, rest) => {
        const encoded = encodeBcd(text);
        expect(decodeBcd(Buffer.concat([encoded, rest]))).toEqual({ digits: text, length: encoded.length });
      }),
    );
  });

  it.each(['', '0101', 'a0ff', '0aff', '01fe', 'f0ff', '01f0'])('refuses %s', (hex) => {
    expect(decodeBcd(Buffer.from(hex, 'hex'))).toBeUndefined();
  });
});
