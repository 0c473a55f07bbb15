import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase45, encodeBase45 } from './base45.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('base45', () => {
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
    ['', ''],
  ])('encodes and decodes the example of RFC 9285 §4: %j is %j', (plain, text) => {
    expect(encodeBase45(bytesOf(plain))).toBe(text);
    expect(decodeBase45(text)).toEqual(bytesOf(plain));
  });

  it.each([
    ['GGW', 'a triple above 65,535 (RFC 9285 §6: FGW is FFFF, GGW one more)'],
    [':::', 'the largest triple'],
    ['::', 'a pair above 255'],
    ['V5', 'the smallest pair above 255: 31 + 5 × 45 = 256'],
    ['B', 'a single character'],
    ['BB8B', 'a length of 3n + 1'],
    ['bb8', 'lower case'],
    ['BB8\r\n', 'line ends'],
    ['BÄ8', 'a character outside the alphabet'],
    ['B\u{1f600}', 'a surrogate pair'],
    ['BB_', 'a foreign third character'],
  ])('refuses %j: %s', (text) => {
    expect(decodeBase45(text)).toBeUndefined();
  });

  it('takes the largest triple and pair there are', () => {
    expect(decodeBase45('FGW')).toEqual(Uint8Array.of(0xff, 0xff));
    expect(decodeBase45('U5')).toEqual(Uint8Array.of(0xff));
  });

  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeBase45(encodeBase45(bytes))).toEqual(bytes);
      }),
    );
  });

  it('has one text for each byte string: whatever decodes encodes to itself', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, (candidate) => {
        const bytes = decodeBase45(candidate);
        if (bytes !== undefined) expect(encodeBase45(bytes)).toBe(candidate);
      }),
    );
  });
});
