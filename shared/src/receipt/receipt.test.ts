import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdMaker, type PaymentId } from '../ids.ts';
import { formatReceiptCode, isReceiptCode, parseReceiptCode } from './receipt-code.ts';

const paymentId = '019ab04e-7f00-7abc-8def-0123456789ab' as PaymentId;

describe('receipt code', () => {
  it('is SR1: and the payment id in upper case', () => {
    expect(formatReceiptCode(paymentId)).toBe('SR1:019AB04E-7F00-7ABC-8DEF-0123456789AB');
  });

  it('uses only characters of the alphanumeric mode of QR codes', () => {
    expect(formatReceiptCode(paymentId)).toMatch(/^[0-9A-Z $%*+\-./:]{40}$/);
  });

  it('reads back every id the terminal can make', async () => {
    const anyId = fc
      .tuple(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
      .map(([nowMs, random]) => createIdMaker({ nowMs: () => nowMs }, () => random).paymentId());
    await fc.assert(
      fc.property(anyId, (id) => {
        expect(parseReceiptCode(formatReceiptCode(id))).toEqual({ ok: true, value: id });
      }),
    );
  });

  it('reads a code whose case a scanner has swapped', () => {
    expect(parseReceiptCode(formatReceiptCode(paymentId).toLowerCase())).toEqual({ ok: true, value: paymentId });
  });

  it.each([
    ['nothing', ''],
    ['a coupon', 'SP1:NCFOXN%TS3DH'],
    ['the bare id', paymentId],
    ['a cut-off id', 'SR1:019AB04E-7F00-7ABC-8DEF-0123456789A'],
    ['trailing text', `${formatReceiptCode(paymentId)} `],
    ['a UUID of another version', 'SR1:019AB04E-7F00-4ABC-8DEF-0123456789AB'],
    ['a character outside hexadecimal', 'SR1:019AB04G-7F00-7ABC-8DEF-0123456789AB'],
    ['a later version of the code', 'SR2:019AB04E-7F00-7ABC-8DEF-0123456789AB'],
    ['a line end inside', 'SR1:019AB04E-7F00-7ABC-8DEF-0123456789A\n'],
  ])('refuses %s', (_name, text) => {
    expect(parseReceiptCode(text)).toMatchObject({ ok: false, code: 'barcode_unreadable' });
  });

  it('tells receipt codes from the rest before reading them', () => {
    expect(isReceiptCode('SR1:damaged')).toBe(true);
    expect(isReceiptCode('SP1:NCFOXN')).toBe(false);
  });
});
