import type { Discount } from '@scanpay/shared/api/pg.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { won } from '@scanpay/shared/money.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeDiscount } from './compute-discount.ts';

const stay = (from: string, to: string) => ({ visitFrom: from as BusinessDate, visitTo: to as BusinessDate });
const weekend = stay('2026-02-27', '2026-03-01');
const sale = { listAmountWon: won(200_000), headcount: 3 };
const per = (kind: 'person' | 'night' | 'day', amount: number): Discount => ({
  kind: `amount-per-${kind}`,
  amountWon: won(amount),
});
const percent = (bps: number): Discount => ({ kind: 'percent', bps });

describe('computeDiscount', () => {
  it.each<[string, ReturnType<typeof stay>, Discount, Discount | null, number]>([
    ['per cent', weekend, percent(1_000), null, 20_000],
    ['three persons', weekend, per('person', 5_000), null, 15_000],
    ['two nights over the end of a month', weekend, per('night', 5_000), null, 10_000],
    ['three days', weekend, per('day', 5_000), null, 15_000],
    ['one night, when nobody stays overnight', stay('2026-03-01', '2026-03-01'), per('night', 5_000), null, 5_000],
    ['one day', stay('2026-03-01', '2026-03-01'), per('day', 5_000), null, 5_000],
    ['what the contract grants, where it is more', weekend, percent(1_000), per('night', 15_000), 30_000],
    ['what was promised, where the contract grants less', weekend, percent(1_000), percent(500), 20_000],
  ])('takes off for %s', (_what, registered, sold, granted, expected) => {
    const quote = computeDiscount(sale, registered, sold, granted);
    expect(quote).toEqual({ discountWon: expected, chargedWon: 200_000 - expected });
  });

  it('charges at least one won, and never more for what the contract grants', () => {
    const discount = fc.oneof(
      fc.integer({ min: 0, max: 10_000 }).map(percent),
      fc
        .tuple(
          fc.constantFrom('person' as const, 'night' as const, 'day' as const),
          fc.integer({ min: 1, max: 1_000_000 }),
        )
        .map(([kind, amount]) => per(kind, amount)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), discount, discount, (list, sold, granted) => {
        const listed = { ...sale, listAmountWon: won(list) };
        const promised = computeDiscount(listed, weekend, sold, null);
        const both = computeDiscount(listed, weekend, sold, granted);
        expect(both.chargedWon).toBeGreaterThanOrEqual(1);
        expect(both.chargedWon).toBeLessThanOrEqual(promised.chargedWon);
        expect(both.chargedWon + both.discountWon).toBe(list);
      }),
    );
  });
});
