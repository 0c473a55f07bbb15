import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Discount } from '../api/pg.ts';
import { maxAmountWon, won } from '../money.ts';
import { discountOf, quoteSale } from './discount.ts';

const percent = (bps: number) => ({ kind: 'percent', bps }) as const;
const perPerson = (amount: number) => ({ kind: 'amount-per-person', amountWon: won(amount) }) as const;
const perNight = (amount: number) => ({ kind: 'amount-per-night', amountWon: won(amount) }) as const;
const perDay = (amount: number) => ({ kind: 'amount-per-day', amountWon: won(amount) }) as const;
const stay = { headcount: 2, nights: 3, days: 4 };

describe('discountOf', () => {
  it.each<[number, Discount, object, number]>([
    [12_345, percent(1_000), {}, 1_234],
    [12_345, percent(0), {}, 0],
    [9, percent(1_000), {}, 0],
    [12_345, percent(10_000), {}, 12_344],
    [1, percent(10_000), {}, 0],
    [30_000, perPerson(5_000), { headcount: 3 }, 15_000],
    [30_000, perPerson(5_000), { headcount: 6 }, 29_999],
    [30_000, perPerson(maxAmountWon), { headcount: 99 }, 29_999],
    [300_000, perNight(20_000), {}, 60_000],
    [300_000, perDay(20_000), {}, 80_000],
    [300_000, perNight(100_000), {}, 299_999],
  ])('off %d won by %j for %j: %d', (list, discount, size, expected) => {
    expect(discountOf(won(list), discount, { ...stay, ...size })).toBe(expected);
  });

  it('always leaves something to charge, and never adds to the price', () => {
    const amount = fc.integer({ min: 1, max: maxAmountWon });
    const discount: fc.Arbitrary<Discount> = fc.oneof(
      fc.integer({ min: 0, max: 10_000 }).map(percent),
      ...[perPerson, perNight, perDay].map((per) => amount.map((each): Discount => per(each))),
    );
    const count = fc.integer({ min: 1, max: 99 });
    const size = fc.record({ headcount: count, nights: count, days: count });
    fc.assert(
      fc.property(amount, discount, size, (list, each, counted) => {
        const off = discountOf(won(list), each, counted);
        expect(off).toBeGreaterThanOrEqual(0);
        expect(list - off).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe('quoteSale', () => {
  it('gives what is off and what is left to pay', () => {
    const sale = { listAmountWon: won(30_000), headcount: 2 };
    expect(quoteSale(sale, perPerson(5_000))).toEqual({ discountWon: 10_000, chargedWon: 20_000 });
  });
});
