import { encode } from 'cborg';
import fc from 'fast-check';
import QRCode from 'qrcode';
import { describe, expect, it } from 'vitest';
import { encodeBase45 } from '../auth-barcode/base45.ts';
import { readClaimCode, writeClaimCode } from './claim-code.ts';
import { type Claim, readClaimText, writeClaimText } from './claim-text.ts';

const claim: Claim = {
  url: 'https://enrol.operator.example.kr:8443',
  secret: new Uint8Array(16).fill(7),
  caSha256: new Uint8Array(32).fill(9),
};
const textOf = (...parts: unknown[]): string => `SPE1:${encodeBase45(encode(parts))}`;

describe('the text of a claim', () => {
  it('comes back as it was written', () => {
    expect(readClaimText(writeClaimText(claim))).toEqual({ ok: true, value: claim });
  });

  it('fits a small QR code', () => {
    const { version } = QRCode.create(writeClaimText(claim), { errorCorrectionLevel: 'M' });
    expect(version).toBeLessThanOrEqual(8);
  });

  it.each([
    ['a coupon', 'SP1:ABC'],
    ['nothing after the prefix', 'SPE1:'],
    ['no base45', 'SPE1:é'],
    ['a part too few', textOf(claim.url, claim.secret)],
    ['a short secret', textOf(claim.url, new Uint8Array(15), claim.caSha256)],
    ['a short fingerprint', textOf(claim.url, claim.secret, new Uint8Array(31))],
    ['a plain address', textOf('http://a', claim.secret, claim.caSha256)],
    ['an address with credentials', textOf('https://a:b@c', claim.secret, claim.caSha256)],
    ['an address with a path', textOf('https://a/b', claim.secret, claim.caSha256)],
    ['a long text', textOf(`https://${'a'.repeat(500)}`, claim.secret, claim.caSha256)],
  ])('is refused: %s', (_what, text) => {
    expect(readClaimText(text)).toMatchObject({ ok: false, code: 'claim_unreadable' });
  });
});

describe('the code of a claim', () => {
  it('is read as it was written, however it is typed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 5 }), (bytes) => {
        const code = writeClaimCode(bytes);
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
        const typed = code.toLowerCase().replace('-', ' ').replace(/0/g, 'o').replace(/1/g, 'l');
        expect(readClaimCode(typed)).toEqual({ ok: true, value: code });
      }),
    );
  });

  it('has another code for every five bytes', () => {
    expect(writeClaimCode(new Uint8Array(5))).toBe('0000-0000');
    expect(writeClaimCode(new Uint8Array([0, 0, 0, 0, 1]))).toBe('0000-0001');
    expect(writeClaimCode(new Uint8Array(5).fill(255))).toBe('ZZZZ-ZZZZ');
  });

  it.each(['', '0000-000', '0000-00000', '0000-000U', 'x'.repeat(41)])('is refused: %j', (typed) => {
    expect(readClaimCode(typed)).toMatchObject({ ok: false, code: 'claim_unreadable' });
  });
});
