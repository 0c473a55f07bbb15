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
  splitRefund,
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

describe('splitRefund', () => {
  const shares = ['cardFeeWon', 'pgFeeWon', 'operatorFeeWon', 'merchantShareWon'] as const;
  /** Any split: fees may have minimums and caps, so they need not be a percentage of the charge. */
  const split = fc
    .tuple(
      fc.integer({ min: 1, max: maxAmountWon }),
      fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 3, maxLength: 3 }),
    )
    .map(([charged, parts]) => {
      let left = charged;
      const [card = 0, pg = 0, operator = 0] = parts.map((part) => {
        const taken = Math.floor((left * part) / 1_000_000);
        left -= taken;
        return taken;
      });
      return {
        chargedWon: won(charged),
        cardFeeWon: won(card),
        pgFeeWon: won(pg),
        operatorFeeWon: won(operator),
        merchantShareWon: won(left),
      };
    });
  /** A split, and the amounts in which all of it is given back. */
  const refunds = fc
    .tuple(split, fc.array(fc.integer({ min: 1, max: maxAmountWon }), { maxLength: 12 }))
    .map(([whole, cuts]) => {
      const ends = [...new Set([...cuts.map((cut) => cut % whole.chargedWon), whole.chargedWon])];
      const ordered = ends.filter((end) => end > 0).sort((a, b) => a - b);
      return { whole, amounts: ordered.map((end, at) => won(end - (ordered[at - 1] ?? 0))) };
    });
  const splitAll = ({
    whole,
    amounts,
  }: {
    whole: ReturnType<typeof splitCharge>;
    amounts: ReturnType<typeof won>[];
  }) => {
    let before = won(0);
    return amounts.map((amountWon) => {
      const part = splitRefund(whole, before, amountWon);
      before = won(before + amountWon);
      return part;
    });
  };

  it('takes back every share exactly, in however many parts', () => {
    fc.assert(
      fc.property(refunds, (given) => {
        const parts = splitAll(given);
        for (const share of shares) expect(sumWon(parts.map((part) => part[share]))).toBe(given.whole[share]);
      }),
    );
  });

  it('never takes a negative share, and the shares of every part sum to its amount', () => {
    fc.assert(
      fc.property(refunds, (given) => {
        for (const [at, part] of splitAll(given).entries()) {
          expect(part.chargedWon).toBe(given.amounts[at]);
          expect(sumWon(shares.map((share) => part[share]))).toBe(part.chargedWon);
          for (const share of shares) expect(part[share]).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('is pro rata to a won for each link of the chain', () => {
    fc.assert(
      fc.property(split, fc.integer({ min: 1, max: maxAmountWon }), (whole, amount) => {
        const refund = won((amount % whole.chargedWon) + 1);
        const part = splitRefund(whole, won(0), refund);
        for (const share of shares) {
          const exact = (Number(whole[share]) / whole.chargedWon) * refund;
          expect(Math.abs(part[share] - exact)).toBeLessThan(3.001);
        }
      }),
    );
  });

  it('leads the card company, which knows only its own fee, to the same fee', () => {
    fc.assert(
      fc.property(refunds, ({ whole, amounts }) => {
        const own = {
          ...whole,
          pgFeeWon: won(0),
          operatorFeeWon: won(0),
          merchantShareWon: won(whole.chargedWon - whole.cardFeeWon),
        };
        const all = splitAll({ whole, amounts });
        expect(splitAll({ whole: own, amounts }).map((part) => part.cardFeeWon)).toEqual(
          all.map((part) => part.cardFeeWon),
        );
      }),
    );
  });

  it('refuses nothing at all and more than what is left', () => {
    const whole = splitCharge(won(1_000), {
      cardFeeBps: basisPoints(0),
      pgFeeBps: basisPoints(0),
      operatorFeeBps: basisPoints(0),
    });
    expect(() => splitRefund(whole, won(0), won(0))).toThrow(ScanPayError);
    expect(() => splitRefund(whole, won(400), won(601))).toThrow(ScanPayError);
    expect(splitRefund(whole, won(400), won(600)).merchantShareWon).toBe(600);
  });
});
