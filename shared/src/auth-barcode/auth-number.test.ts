import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorTable, type ScanPayError } from '../errors.ts';
import { idPattern } from '../ids.ts';
import { formatAuthNumber, makeAuthNumber, parseAuthNumber } from './auth-number.ts';

/** 48-bit numbers as successive draws. */
function draws(...numbers: number[]) {
  let next = 0;
  return (length: number) => {
    const bytes = Buffer.alloc(length);
    bytes.writeUIntBE(numbers[next++ % numbers.length] ?? 0, 0, length);
    return bytes;
  };
}

describe('auth number', () => {
  it('is eleven drawn digits and their check digit', () => {
    expect(makeAuthNumber(draws(12_345_678_901))).toBe('123456789015');
    expect(makeAuthNumber(draws(0))).toBe('000000000000');
    expect(makeAuthNumber(draws(7 * 10 ** 11 + 42))).toBe('000000000422');
  });

  it('throws a draw away that would favour small numbers', () => {
    const limit = 2814 * 10 ** 11;
    expect(makeAuthNumber(draws(limit, 5))).toBe(makeAuthNumber(draws(5)));
    expect(makeAuthNumber(draws(2 ** 48 - 1, 5))).toBe(makeAuthNumber(draws(5)));
    expect(makeAuthNumber(draws(limit - 1, 5)).slice(0, 11)).toBe('99999999999');
  });

  it('gives up on a broken source of randomness instead of looping', () => {
    expect(() => makeAuthNumber((length) => new Uint8Array(length).fill(0xff))).toThrow(
      expect.objectContaining({ code: 'internal' }) as ScanPayError,
    );
  });

  it('is shown in fours and read back from what people type', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 5 }), fc.constantFrom(' ', '-', '', '  '), (tail, gap) => {
        const made = makeAuthNumber(() => Uint8Array.of(0, ...tail));
        expect(made).toMatch(new RegExp(idPattern.authNumber, 'u'));
        expect(formatAuthNumber(made)).toMatch(/^[0-9]{4} [0-9]{4} [0-9]{4}$/u);
        const typed = ` ${formatAuthNumber(made).replaceAll(' ', gap)} `;
        expect(parseAuthNumber(typed)).toEqual({ ok: true, value: made });
      }),
    );
  });

  it.each([
    ['a wrong check digit', '123456789016'],
    ['eleven digits', '12345678901'],
    ['thirteen digits', '1234567890155'],
    ['a letter', '12345678901x'],
    ['digits of another script', '１２３４５６７８９０１５'],
    ['nothing', ''],
    ['a megabyte', '1'.repeat(1_000_000)],
    ['a megabyte of blanks', ' '.repeat(1_000_000)],
  ])('refuses %s', (_what, text) => {
    expect(parseAuthNumber(text)).toMatchObject({ ok: false, code: 'invalid_input' });
    expect(errorTable.invalid_input.http).toBe(400);
  });
});
