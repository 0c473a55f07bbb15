import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BusinessDate } from '../clock.ts';
import type { StatementId } from '../ids.ts';
import { createParser } from '../schema.ts';
import { digestLines } from './lines-digest.ts';
import { makeStatement } from './make-statement.ts';
import { type BookedEvent, type Hop, makeStatementLines, StatementSchema, toStatementLine } from './statement.ts';
import { dayOfEvents, event } from './testing/day-of-events.ts';

const hops: Hop[] = ['S13', 'S14', 'S15'];

const state = (hop: Hop, events: BookedEvent[]) =>
  makeStatement({
    statementId: '019ab0c2-0000-7000-8000-000000000001' as StatementId,
    hop,
    sender: 'pg',
    receiver: 'operator',
    deviceId: null,
    businessDate: '2026-11-23' as BusinessDate,
    events,
  });

describe('toStatementLine', () => {
  it('takes each fee at the hop where it is kept', () => {
    const sale = event(1, 'sale', 'card', 12_345);
    expect(hops.map((hop) => toStatementLine(hop, sale))).toMatchObject([
      { chargedWon: 12_345, feeWon: 222, payableWon: 12_123 },
      { chargedWon: 12_345, feeWon: 308, payableWon: 12_037 },
      { chargedWon: 12_345, feeWon: 925, payableWon: 11_420 },
    ]);
  });

  it('turns a cash sale into a debt of the fees ([0048])', () => {
    const sale = event(1, 'sale', 'cash', 12_345);
    expect(toStatementLine('S14', sale)).toMatchObject({ chargedWon: 12_345, feeWon: 86, payableWon: -86 });
    expect(toStatementLine('S15', sale)).toMatchObject({ chargedWon: 12_345, feeWon: 703, payableWon: -703 });
  });

  it.each(hops)('%s: a cancel and a reversal are the sale with the other sign', (hop) => {
    const sale = toStatementLine(hop, event(1, 'sale', 'card', 9_999));
    for (const kind of ['cancel', 'reversal'] as const) {
      const back = toStatementLine(hop, event(1, kind, 'card', 9_999));
      expect(digestLines([sale, back]).totals).toEqual({ chargedWon: 0, feeWon: 0, payableWon: 0 });
    }
  });
});

describe('makeStatementLines', () => {
  it('leaves out what was reversed on the same date, and only that', () => {
    const events = [
      event(1, 'sale', 'card', 1_000),
      event(2, 'sale', 'card', 2_000),
      event(2, 'reversal', 'card', 2_000),
      event(3, 'reversal', 'card', 3_000),
      event(4, 'cancel', 'card', 4_000),
    ];
    expect(makeStatementLines('S14', events).map((line) => [line.kind, line.chargedWon])).toEqual([
      ['sale', 1_000],
      ['reversal', -3_000],
      ['cancel', -4_000],
    ]);
  });

  it('states card tender only to the PG', () => {
    const events = [event(1, 'sale', 'cash', 1_000), event(2, 'sale', 'card', 2_000)];
    expect(makeStatementLines('S13', events).map((line) => line.tender)).toEqual(['card']);
    expect(makeStatementLines('S14', events).map((line) => line.tender)).toEqual(['cash', 'card']);
  });

  it('does not depend on the order of the books', () => {
    fc.assert(
      fc.property(dayOfEvents, fc.infiniteStream(fc.nat()), (events, keys) => {
        const shuffled = events
          .map((each) => ({ each, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        for (const hop of hops) expect(makeStatementLines(hop, shuffled)).toEqual(makeStatementLines(hop, events));
      }),
    );
  });

  it('adds up to what the events add up to, whatever was left out', () => {
    fc.assert(
      fc.property(dayOfEvents, (events) => {
        for (const hop of hops) {
          const all = events
            .filter((each) => hop !== 'S13' || each.tender === 'card')
            .map((each) => toStatementLine(hop, each));
          expect(digestLines(makeStatementLines(hop, events)).totals).toEqual(digestLines(all).totals);
        }
      }),
    );
  });
});

describe('totals from hop to hop', () => {
  const sumFees = (events: BookedEvent[], fee: 'pgFeeWon' | 'operatorFeeWon') =>
    events.reduce((sum, each) => sum + (each.kind === 'sale' ? 1 : -1) * each.split[fee], 0);

  it('each company keeps exactly its fee: S13 − PG fee = S14, S14 − operator fee = S15', () => {
    fc.assert(
      fc.property(dayOfEvents, (events) => {
        const payable = (hop: Hop) => state(hop, events).statement.totals.payableWon;
        expect(payable('S14')).toBe(payable('S13') - sumFees(events, 'pgFeeWon'));
        expect(payable('S15')).toBe(payable('S14') - sumFees(events, 'operatorFeeWon'));
      }),
    );
  });
});

describe('makeStatement', () => {
  it('fits its own schema, also with no lines at all', () => {
    const parse = createParser(StatementSchema);
    expect(parse(state('S13', []).statement)).toMatchObject({
      ok: true,
      value: { lineCount: 0, totals: { payableWon: 0 } },
    });
    expect(parse(state('S15', [event(1, 'cancel', 'cash', 5_000)]).statement).ok).toBe(true);
  });
});
