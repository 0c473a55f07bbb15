import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScanPayError } from './errors.ts';
import {
  basisPoints,
  formatWon,
  maxAmountWon,
  negateWon,
  shareOf,
  splitCash,
  splitCharge,
  sumWon,
  won,
} from './money.ts';

const amount = fc.integer({ min: 0, max: maxAmountWon }).map(won);
const rate = fc.integer({ min: 0, max: 10_000 }).map(basisPoints);
/** Three fees that together never exceed the charge. */
const rates = fc
  .tuple(fc.integer({ min: 0, max: 3_333 }), fc.integer({ min: 0, max: 3_333 }), fc.integer({ min: 0, max: 3_333 }))
  .map(([card, pg, operator]) => ({
    cardFeeBps: basisPoints(card),
    pgFeeBps: basisPoints(pg),
    operatorFeeBps: basisPoints(operator),
  }));

describe('won', () => {
  it('takes safe integers of either sign and knows no negative zero', () => {
    expect(won(-5)).toBe(-5);
    expect(Object.is(won(-0), 0)).toBe(true);
    expect(Object.is(negateWon(won(0)), 0)).toBe(true);
  });

  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('throws on %s', (value) => {
    expect(() => won(value)).toThrow(ScanPayError);
  });

  it('sums exactly, and throws where a sum would not be exact', () => {
    expect(sumWon([won(1), won(-3), won(2)])).toBe(0);
    expect(() => sumWon([won(Number.MAX_SAFE_INTEGER), won(1)])).toThrow(ScanPayError);
  });
});

describe('basisPoints', () => {
  it.each([-1, 10_001, 0.5, Number.NaN])('throws on %s', (value) => {
    expect(() => basisPoints(value)).toThrow(ScanPayError);
  });
});

describe('shareOf', () => {
  it('is the floor of the exact product', () => {
    fc.assert(
      fc.property(amount, rate, (charged, bps) => {
        expect(BigInt(shareOf(charged, bps))).toBe((BigInt(charged) * BigInt(bps)) / 10_000n);
      }),
    );
  });
});

describe('splitCharge', () => {
  it('rounds fees down and leaves the remainder to the merchant', () => {
    const split = splitCharge(won(12_345), {
      cardFeeBps: basisPoints(180),
      pgFeeBps: basisPoints(70),
      operatorFeeBps: basisPoints(500),
    });
    expect(split).toEqual({
      chargedWon: 12_345,
      cardFeeWon: 222,
      pgFeeWon: 86,
      operatorFeeWon: 617,
      merchantShareWon: 11_420,
    });
  });

  it('divides exactly and gives nobody a negative share', () => {
    fc.assert(
      fc.property(amount, rates, (charged, fees) => {
        for (const split of [splitCharge(charged, fees), splitCash(charged, fees)]) {
          const { cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon } = split;
          expect(sumWon([cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon])).toBe(split.chargedWon);
          expect(Math.min(cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon)).toBeGreaterThanOrEqual(0);
        }
        expect(splitCash(charged, fees).cardFeeWon).toBe(0);
      }),
    );
  });
});

describe('formatWon', () => {
  it.each([
    [0, '0원'],
    [12_300, '12,300원'],
    [-1_000_000, '-1,000,000원'],
  ])('%d is %s', (value, text) => {
    expect(formatWon(won(value))).toBe(text);
  });
});
