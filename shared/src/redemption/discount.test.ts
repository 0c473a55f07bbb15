import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basisPoints, maxAmountWon, won } from '../money.ts';
import { discountOf } from './discount.ts';

const perPerson = (amount: number) => ({ kind: 'amount-per-person', amountWon: won(amount) }) as const;

describe('discountOf', () => {
  it.each([
    [12_345, { kind: 'percent', bps: 1_000 } as const, 2, 1_234],
    [12_345, { kind: 'percent', bps: 0 } as const, 2, 0],
    [9, { kind: 'percent', bps: 1_000 } as const, 2, 0],
    [12_345, { kind: 'percent', bps: 10_000 } as const, 2, 12_344],
    [1, { kind: 'percent', bps: 10_000 } as const, 1, 0],
    [30_000, perPerson(5_000), 3, 15_000],
    [30_000, perPerson(5_000), 6, 29_999],
    [30_000, perPerson(maxAmountWon), 99, 29_999],
  ])('off %d won by %j for %d: %d', (list, discount, headcount, expected) => {
    expect(discountOf(won(list), discount, headcount)).toBe(expected);
  });

  it('always leaves something to charge, and never adds to the price', () => {
    const discount = fc.oneof(
      fc.integer({ min: 0, max: 10_000 }).map((bps) => ({ kind: 'percent', bps: basisPoints(bps) }) as const),
      fc.integer({ min: 1, max: maxAmountWon }).map(perPerson),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: maxAmountWon }),
        discount,
        fc.integer({ min: 1, max: 99 }),
        (list, each, headcount) => {
          const off = discountOf(won(list), each, headcount);
          expect(off).toBeGreaterThanOrEqual(0);
          expect(list - off).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });
});
