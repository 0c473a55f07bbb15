import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Discount } from '../api/pg.ts';
import { maxAmountWon, sumWon, type Won, won } from '../money.ts';
import { discountOf } from '../redemption/discount.ts';
import { splitRefundTax, splitTax, type TaxedAmount, type TaxTerms } from './tax.ts';

const anyTerms: fc.Arbitrary<TaxTerms> = fc.record(
  {
    taxation: fc.constantFrom('taxable' as const, 'exempt' as const),
    vatType: fc.constantFrom('general' as const, 'simplified' as const),
  },
  { requiredKeys: [] },
);
const amount = fc.integer({ min: 1, max: maxAmountWon }).map(won);
const totalOf = ({ supplyWon, vatWon, taxFreeWon }: TaxedAmount): Won => won(supplyWon + vatWon + taxFreeWon);

describe('splitTax', () => {
  it.each([
    [12_300, 11_182, 1_118],
    [11_000, 10_000, 1_000],
    [10, 10, 0],
    [11, 10, 1],
    [1, 1, 0],
    [0, 0, 0],
  ])('finds in %i the supply value %i and %i of VAT', (charged, supplyWon, vatWon) => {
    const tax = { taxation: 'taxable', vatType: 'general', supplyWon, vatWon, taxFreeWon: 0 };
    expect(splitTax(won(charged), {})).toEqual(tax);
    expect(splitTax(won(charged), { taxation: 'taxable', vatType: 'general' })).toEqual(tax);
  });

  it('finds no VAT in what bears none, whoever sells it', () => {
    for (const vatType of ['general', 'simplified'] as const) {
      const tax = { taxation: 'exempt', vatType, supplyWon: 0, vatWon: 0, taxFreeWon: 12_300 };
      expect(splitTax(won(12_300), { taxation: 'exempt', vatType })).toEqual(tax);
    }
  });

  it('leaves whole what a shop charges that shows no VAT', () => {
    const tax = { taxation: 'taxable', vatType: 'simplified', supplyWon: 12_300, vatWon: 0, taxFreeWon: 0 };
    expect(splitTax(won(12_300), { vatType: 'simplified' })).toEqual(tax);
  });

  it('always adds up, whatever the price, the discount and the headcount', async () => {
    const discount: fc.Arbitrary<Discount> = fc.oneof(
      fc.integer({ min: 0, max: 10_000 }).map((bps): Discount => ({ kind: 'percent', bps })),
      amount.map((amountWon): Discount => ({ kind: 'amount-per-person', amountWon })),
      amount.map((amountWon): Discount => ({ kind: 'amount-per-night', amountWon })),
    );
    const count = fc.integer({ min: 1, max: 99 });
    await fc.assert(
      fc.property(amount, discount, count, count, anyTerms, (listWon, off, headcount, nights, terms) => {
        const chargedWon = won(listWon - discountOf(listWon, off, { headcount, nights, days: nights + 1 }));
        const tax = splitTax(chargedWon, terms);
        expect(totalOf(tax)).toBe(chargedWon);
        expect(Math.min(tax.supplyWon, tax.vatWon, tax.taxFreeWon)).toBeGreaterThanOrEqual(0);
        expect(tax.vatWon * 10).toBeLessThanOrEqual(tax.supplyWon);
        // Never more than the won that is left over from an eleventh.
        if (tax.vatWon > 0) expect(chargedWon - 11 * tax.vatWon).toBeLessThan(11);
      }),
    );
  });
});

describe('splitRefundTax', () => {
  it('takes back, part by part, just what the sale says, and never below nothing', async () => {
    const parts = fc.array(fc.integer({ min: 1, max: 1_000_000 }).map(won), { minLength: 1, maxLength: 100 });
    await fc.assert(
      fc.property(parts, anyTerms, (amounts, terms) => {
        const sale = splitTax(sumWon(amounts), terms);
        let refundedWon = won(0);
        const refunds = amounts.map((amountWon) => {
          // By what was pinned on the sale, as the operator does.
          const refund = splitRefundTax(sale, refundedWon, amountWon);
          expect(totalOf(refund)).toBe(amountWon);
          expect(Math.min(refund.supplyWon, refund.vatWon, refund.taxFreeWon)).toBeGreaterThanOrEqual(0);
          refundedWon = won(refundedWon + amountWon);
          return refund;
        });
        for (const each of ['supplyWon', 'vatWon', 'taxFreeWon'] as const) {
          expect(sumWon(refunds.map((refund) => refund[each]))).toBe(sale[each]);
        }
      }),
    );
  });

  it('is the whole sale when all is given back at once', async () => {
    await fc.assert(
      fc.property(amount, anyTerms, (chargedWon, terms) => {
        expect(splitRefundTax(terms, won(0), chargedWon)).toEqual(splitTax(chargedWon, terms));
      }),
    );
  });
});
