import type { FeeTerms } from '@scanpay/shared/api/contract.ts';
import { basisPoints, maxAmountWon, splitCash, splitCharge, won } from '@scanpay/shared/money.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeCardFee, computeFee, computeFees, computePgFee } from './compute-fees.ts';
import { feeOf } from './testing/contracts.ts';

const amount = fc.integer({ min: 1, max: maxAmountWon }).map(won);
const smallAmount = fc.integer({ min: 1, max: 3_000 }).map(won);
const tender = fc.constantFrom('card' as const, 'cash' as const);
const terms: fc.Arbitrary<FeeTerms> = fc
  .tuple(fc.integer({ min: 0, max: 3_333 }), fc.integer({ min: 0, max: 5_000 }), fc.option(fc.integer({ min: 1 })))
  .map(([bps, min, above]) => ({
    bps,
    minWon: won(min),
    capWon: above === null ? null : won(Math.min(min + above, maxAmountWon)),
  }));
const fees = fc.record({ cardFee: terms, pgFee: terms, operatorFee: terms });

describe('computeFee', () => {
  it.each<[number, FeeTerms, number]>([
    [12_345, feeOf(180), 222],
    [55, feeOf(180), 0],
    [1_000, { bps: 180, minWon: won(50), capWon: null }, 50],
    [1_000_000, { bps: 180, minWon: won(50), capWon: won(10_000) }, 10_000],
    [555_555, { bps: 180, minWon: won(50), capWon: won(10_000) }, 9_999],
    [30, { bps: 180, minWon: won(50), capWon: null }, 30],
  ])('of %d won by %j is %d', (charged, fee, expected) => {
    expect(computeFee(won(charged), fee, won(charged))).toBe(expected);
  });
});

describe('computeFees', () => {
  it('divides every charge without a won lost or made, and nobody pays', () => {
    fc.assert(
      fc.property(fc.oneof(amount, smallAmount), fees, tender, (charged, agreed, by) => {
        const split = computeFees(charged, agreed, by);
        const { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon } = split;
        expect(cardFeeWon + pgFeeWon + operatorFeeWon + merchantShareWon).toBe(chargedWon);
        expect(Math.min(cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon)).toBeGreaterThanOrEqual(0);
        expect(chargedWon).toBe(charged);
        if (by === 'cash') expect(cardFeeWon).toBe(0);
      }),
    );
  });

  it('keeps every fee between minimum and cap wherever the charge allows', () => {
    fc.assert(
      fc.property(amount, fees, (charged, agreed) => {
        fc.pre(charged > 100_000);
        const split = computeFees(charged, agreed, 'card');
        const taken = { cardFee: split.cardFeeWon, pgFee: split.pgFeeWon, operatorFee: split.operatorFeeWon };
        for (const [name, feeWon] of Object.entries(taken)) {
          const { minWon, capWon } = agreed[name as keyof typeof agreed];
          expect(feeWon).toBeGreaterThanOrEqual(minWon);
          expect(feeWon).toBeLessThanOrEqual(capWon ?? charged);
        }
      }),
    );
  });

  it('lets card company and PG work out their own from what they know', () => {
    fc.assert(
      fc.property(fc.oneof(amount, smallAmount), fees, tender, (charged, agreed, by) => {
        const split = computeFees(charged, agreed, by);
        const cardFeeWon = computeCardFee(charged, agreed.cardFee, by);
        expect(cardFeeWon).toBe(split.cardFeeWon);
        expect(computePgFee(charged, agreed.pgFee, cardFeeWon)).toBe(split.pgFeeWon);
      }),
    );
  });

  it('is the plain split where there is neither minimum nor cap', () => {
    const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
    const agreed = { cardFee: feeOf(180), pgFee: feeOf(70), operatorFee: feeOf(500) };
    fc.assert(
      fc.property(amount, (charged) => {
        expect(computeFees(charged, agreed, 'card')).toEqual(splitCharge(charged, rates));
        expect(computeFees(charged, agreed, 'cash')).toEqual(splitCash(charged, rates));
      }),
    );
  });
});
