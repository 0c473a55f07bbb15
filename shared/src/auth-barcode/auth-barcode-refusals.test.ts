import { sign } from 'node:crypto';
import { decode, encode, Tagged } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxBarcodeBytes, maxBarcodeLength, readAuthBarcode, sealAuthBarcode } from './auth-barcode.ts';
import { openCardBox } from './card-box.ts';
import { createKeyring, makeOperatorSigningKey, operatorVerifyKeyOf } from './keys.ts';
import * as fixtures from './testing/fixtures.ts';
import { checkValidity } from './validity.ts';

const { bytes, expiresAtMs, input, issuerKeys, notBeforeMs, text, toText, verifyKeys } = fixtures;

function codeOf(barcode: string, keys = verifyKeys): string {
  const read = readAuthBarcode(barcode, keys);
  return read.ok ? 'accepted' : read.code;
}

/** Signs what an attacker or a careless issuer might, with the real issuer key. */
function signedByIssuer(header: unknown, payload: Uint8Array, unprotected: unknown = new Map()): string {
  const encoded = header instanceof Uint8Array ? header : encode(header);
  const signed = encode(['Signature1', encoded, new Uint8Array(0), payload]);
  return toText(encode([encoded, unprotected, payload, sign(null, signed, fixtures.signing.privateKey)]));
}

describe('auth barcode: refusals', () => {
  it.each([
    ['nothing', ''],
    ['the prefix alone', 'SP1:'],
    ['no prefix', text.slice(4)],
    ['another version', `SP2:${text.slice(4)}`],
    ['a prefix in lower case', `sp1:${text.slice(4)}`],
    ['a leading blank', ` ${text}`],
    ['a line end', `${text}\r`],
    ['an AIM prefix left on', `]Q1${text}`],
    ['lower case', text.toLowerCase()],
    ['twice the same', text + text],
    ['some other code', 'https://example.com/'],
    ['a megabyte', `SP1:${'0'.repeat(1_000_000)}`],
    ['a megabyte of prefixes', 'SP1:'.repeat(262_144)],
    ['no ASCII at all', '😀'.repeat(80)],
    ['an array that claims four billion items', toText(Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff))],
    ['a byte string that claims a terabyte', toText(Uint8Array.of(0x5b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff))],
    ['arrays in arrays', toText(new Uint8Array(maxBarcodeBytes).fill(0x81))],
    ['COSE tag 18', toText(encode(new Tagged(18, decode(bytes, { useMaps: true }))))],
    ['an empty header', toText(encode([new Uint8Array(0), new Map(), new Uint8Array(0), new Uint8Array(64)]))],
    ['a byte too many', toText(Buffer.concat([bytes, Buffer.alloc(1)]))],
    ['a length in its long form', toText(Buffer.concat([Buffer.from('8459001e', 'hex'), bytes.subarray(3)]))],
    ['an open array', toText(Buffer.concat([Buffer.from('9f', 'hex'), bytes.subarray(1), Buffer.from('ff', 'hex')]))],
  ])('refuses %s', (_what, barcode) => {
    expect(codeOf(barcode)).toBe('barcode_unreadable');
  });

  it('refuses any truncation', () => {
    for (let length = 0; length < text.length; length++) {
      expect(codeOf(text.slice(0, length)), `${length} characters`).toBe('barcode_unreadable');
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(toText(bytes.subarray(0, length))), `${length} bytes`).toBe('barcode_unreadable');
    }
  });

  it('refuses every change of one bit, and says which kind it was', () => {
    const seen = new Map<string, number>();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const code = codeOf(toText(fixtures.flipBit(bytes, bit)));
      seen.set(code, (seen.get(code) ?? 0) + 1);
    }
    expect(seen.has('accepted')).toBe(false);
    // One byte is the issuer's key id; claims, boxes and signature can only be found forged.
    expect(seen.get('barcode_issuer_unknown')).toBe(8);
    expect(seen.get('barcode_forged')).toBeGreaterThan((8 + 58 + 43 + 64) * 8 - 1);
  });

  it('refuses every change of one character', () => {
    const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'];
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.constantFrom(...alphabet), (at, character) => {
        fc.pre(text[at] !== character);
        expect(codeOf(text.slice(0, at) + character + text.slice(at + 1))).not.toBe('accepted');
      }),
      { numRuns: 500 },
    );
  });

  it('never accepts or throws, whatever the text', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.uint8Array({ maxLength: 260 }).map(toText),
      fc.anything().map((value) => {
        try {
          return toText(encode(value));
        } catch {
          return '';
        }
      }),
    );
    fc.assert(
      fc.property(anyText, (candidate) => {
        expect(codeOf(candidate)).toMatch(/^barcode_(unreadable|forged|issuer_unknown)$/u);
      }),
      { numRuns: 500 },
    );
  });

  it('tells a forged coupon from one of an unknown issuer', () => {
    const forged = sealAuthBarcode(input, { ...issuerKeys, signing: fixtures.otherSigning });
    expect(codeOf(forged)).toBe('barcode_forged');
    const stranger = makeOperatorSigningKey(9, (length) => new Uint8Array(length).fill(0x77));
    expect(codeOf(sealAuthBarcode(input, { ...issuerKeys, signing: stranger }))).toBe('barcode_issuer_unknown');
    expect(codeOf(text, new Map())).toBe('barcode_issuer_unknown');
  });

  it('does not let a box move to another coupon under a signature that is right', () => {
    const moved = sealAuthBarcode({ ...input, couponId: fixtures.otherCouponId }, issuerKeys);
    const read = readAuthBarcode(moved, verifyKeys);
    if (!read.ok) return expect.unreachable(read.detail);
    expect(openCardBox(read.value.cardBox, read.value.couponId, fixtures.pgKeys)).toMatchObject({
      code: 'card_box_unopenable',
    });
  });

  it('verifies coupons of an old issuer key until it leaves the keyring', () => {
    const next = makeOperatorSigningKey(4, (length) => new Uint8Array(length).fill(0x88));
    const rotated = sealAuthBarcode(input, { ...issuerKeys, signing: next });
    const both = createKeyring([operatorVerifyKeyOf(fixtures.signing), operatorVerifyKeyOf(next)]);
    expect([codeOf(text, both), codeOf(rotated, both)]).toEqual(['accepted', 'accepted']);
    const nextOnly = createKeyring([operatorVerifyKeyOf(next)]);
    expect([codeOf(text, nextOnly), codeOf(rotated, nextOnly)]).toEqual(['barcode_issuer_unknown', 'accepted']);
  });

  it('reads a coupon out of its time, and then refuses it for that', () => {
    const read = readAuthBarcode(text, verifyKeys);
    if (!read.ok) return expect.unreachable(read.detail);
    expect(checkValidity(read.value, notBeforeMs - 1)).toMatchObject({ code: 'coupon_not_yet_valid' });
    expect(checkValidity(read.value, notBeforeMs)).toMatchObject({ ok: true });
    expect(checkValidity(read.value, expiresAtMs - 1)).toMatchObject({ ok: true });
    expect(checkValidity(read.value, expiresAtMs)).toMatchObject({ code: 'coupon_expired' });
  });

  const claims = new Map<number, unknown>([
    [4, 2],
    [5, 1],
    [7, new Uint8Array(8)],
  ]);
  const header = new Map<number, unknown>([
    [1, -8],
    [4, Uint8Array.of(3)],
    [15, claims],
  ]);
  /** alg (2 bytes) and kid (3 bytes) in each other's place. */
  const unsorted = (encoded: Uint8Array) =>
    Buffer.concat([encoded.subarray(0, 1), encoded.subarray(3, 6), encoded.subarray(1, 3), encoded.subarray(6)]);
  const payload = new Uint8Array(101);
  it.each<[string, unknown, Uint8Array, unknown]>([
    ['another algorithm', new Map(header).set(1, -7), payload, new Map()],
    ['no algorithm', new Map([...header].slice(1)), payload, new Map()],
    ['a key id of two bytes', new Map(header).set(4, Uint8Array.of(0, 3)), payload, new Map()],
    ['a key id as a number', new Map(header).set(4, 3), payload, new Map()],
    ['a fourth header member', new Map(header).set(2, [1]), payload, new Map()],
    ['claims that are no map', new Map(header).set(15, 1), payload, new Map()],
    ['a fourth claim', new Map(header).set(15, new Map(claims).set(1, 'x')), payload, new Map()],
    ['an expiry with a fraction', new Map(header).set(15, new Map(claims).set(4, 2.5)), payload, new Map()],
    ['a negative time', new Map(header).set(15, new Map(claims).set(5, -1)), payload, new Map()],
    ['a time past 2106', new Map(header).set(15, new Map(claims).set(4, 2 ** 32)), payload, new Map()],
    ['a coupon id of 7 bytes', new Map(header).set(15, new Map(claims).set(7, new Uint8Array(7))), payload, new Map()],
    ['unsorted header members', unsorted(encode(header)), payload, new Map()],
    [
      'a doubled header member',
      Buffer.concat([Buffer.from('a40127', 'hex'), encode(header).subarray(1)]),
      payload,
      new Map(),
    ],
    ['an unprotected member', header, payload, new Map([[4, Uint8Array.of(3)]])],
    ['no registration box', header, new Uint8Array(58), new Map()],
    ['no box', header, new Uint8Array(0), new Map()],
  ])('refuses %s even when the issuer signed it', (_case, badHeader, badPayload, unprotected) => {
    expect(codeOf(signedByIssuer(header, payload))).toBe('accepted');
    expect(codeOf(signedByIssuer(badHeader, badPayload, unprotected))).toBe('barcode_unreadable');
  });

  it('bounds the text by the longest there can be', () => {
    expect(maxBarcodeLength).toBe(364);
    const detailOf = (length: number) => readAuthBarcode('SP1:'.padEnd(length, '0'), verifyKeys);
    expect(detailOf(maxBarcodeLength)).toMatchObject({ code: 'barcode_unreadable', detail: 'not a signed coupon' });
    expect(detailOf(maxBarcodeLength + 1)).toMatchObject({ code: 'barcode_unreadable', detail: 'too long' });
  });
});
