import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { won } from '../money.ts';
import { digestLines, isSameDigest, lineText } from './lines-digest.ts';
import { makeStatementLines, type StatementLine } from './statement.ts';
import { dayOfEvents, event } from './testing/day-of-events.ts';

const lines = makeStatementLines('S15', [event(1, 'sale', 'card', 10_000), event(2, 'sale', 'cash', 5_000)]);
const [first, second] = lines as [StatementLine, StatementLine];

describe('lineText', () => {
  it('is canonical JSON, whatever the order of the members', () => {
    const text = lineText(first);
    const { tender, ...rest } = first;
    expect(lineText({ tender, ...rest })).toBe(text);
    expect(text).toBe(
      '{"cancelId":null,"chargedWon":10000,"feeWon":750,"kind":"sale","payableWon":9250,' +
        `"paymentId":"${first.paymentId}","tender":"card"}`,
    );
    expect(Object.keys(JSON.parse(text))).toEqual(Object.keys(JSON.parse(text)).sort());
  });
});

describe('digestLines', () => {
  it('counts, and adds up all lines and those of each tender', () => {
    expect(digestLines(lines)).toMatchObject({
      lineCount: 2,
      totals: { chargedWon: 15_000, feeWon: 750 + 285, payableWon: 9_250 - 285 },
      tenders: { card: { payableWon: 9_250 }, cash: { chargedWon: 5_000, payableWon: -285 } },
    });
    expect(digestLines([])).toMatchObject({ lineCount: 0, totals: { chargedWon: 0, feeWon: 0, payableWon: 0 } });
  });

  it('tells apart other lines of the same sums, and another order', () => {
    const swapped = [
      { ...first, chargedWon: won(first.chargedWon + 1) },
      { ...second, chargedWon: won(second.chargedWon - 1) },
    ];
    for (const other of [swapped, [second, first], [first], [first, second, second]]) {
      expect(isSameDigest(digestLines(other), digestLines(lines))).toBe(false);
    }
  });

  it('is the same for the same lines', () => {
    fc.assert(
      fc.property(dayOfEvents, (events) => {
        const a = digestLines(makeStatementLines('S14', events));
        expect(isSameDigest(a, digestLines(makeStatementLines('S14', events.toReversed())))).toBe(true);
      }),
    );
  });
});
