import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BusinessDate } from '../clock.ts';
import { ScanPayError } from '../errors.ts';
import type { CancelId, PaymentId, StatementId } from '../ids.ts';
import { basisPoints, splitCash, splitCharge, won } from '../money.ts';
import { createParser, type Tender } from '../schema.ts';
import {
  type BookedEvent,
  findStatementFaults,
  type Hop,
  makeStatement,
  makeStatementLines,
  maxStatementLines,
  type Statement,
  type StatementLine,
  StatementSchema,
  toStatementLine,
  totalLines,
} from './statement.ts';

const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const paymentId = (n: number) => `019ab0c0-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as PaymentId;
const cancelId = (n: number) => `019ab0c1-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as CancelId;
const hops: Hop[] = ['S13', 'S14', 'S15'];

function event(n: number, kind: BookedEvent['kind'], tender: Tender, amount: number): BookedEvent {
  const split = tender === 'card' ? splitCharge(won(amount), rates) : splitCash(won(amount), rates);
  return { kind, tender, paymentId: paymentId(n), cancelId: kind === 'cancel' ? cancelId(n) : null, split };
}

const state = (hop: Hop, events: BookedEvent[]): Statement =>
  makeStatement({
    statementId: '019ab0c2-0000-7000-8000-000000000001' as StatementId,
    hop,
    sender: 'pg',
    receiver: 'operator',
    businessDate: '2026-11-23' as BusinessDate,
    events,
  });

/** A day's book of unrelated payments: each sold, perhaps cancelled or reversed, or only undone (sold earlier). */
const dayOfEvents = fc
  .array(
    fc.record({
      amount: fc.integer({ min: 1, max: 1_000_000_000 }),
      tender: fc.constantFrom<Tender>('card', 'cash'),
      kinds: fc.constantFrom<BookedEvent['kind'][]>(
        ['sale'],
        ['sale', 'cancel'],
        ['sale', 'reversal'],
        ['cancel'],
        ['reversal'],
      ),
    }),
    { maxLength: 40 },
  )
  .map((payments) =>
    payments.flatMap(({ amount, tender, kinds }, n) => kinds.map((kind) => event(n, kind, tender, amount))),
  );

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
      expect(totalLines([sale, back])).toEqual({ chargedWon: 0, feeWon: 0, payableWon: 0 });
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
          expect(totalLines(makeStatementLines(hop, events))).toEqual(totalLines(all));
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
        const payable = (hop: Hop) => state(hop, events).totals.payableWon;
        expect(payable('S14')).toBe(payable('S13') - sumFees(events, 'pgFeeWon'));
        expect(payable('S15')).toBe(payable('S14') - sumFees(events, 'operatorFeeWon'));
      }),
    );
  });
});

describe('makeStatement', () => {
  it('fits its own schema, also with no lines at all', () => {
    const parse = createParser(StatementSchema);
    expect(parse(state('S13', []))).toMatchObject({ ok: true, value: { lines: [], totals: { payableWon: 0 } } });
    expect(parse(state('S15', [event(1, 'cancel', 'cash', 5_000)])).ok).toBe(true);
  });

  it('refuses more lines than a statement may have', () => {
    const sale = event(1, 'sale', 'card', 1_000);
    const tooMany = Array.from({ length: maxStatementLines + 1 }, () => sale);
    expect(() => state('S14', tooMany)).toThrow(ScanPayError);
  });
});

describe('findStatementFaults', () => {
  const withFirstSale = dayOfEvents.map((events) => [event(1_000, 'sale', 'card', 7_777), ...events]);
  const retotal = (statement: Statement, lines: StatementLine[]): Statement => ({
    ...statement,
    lines,
    totals: totalLines(lines),
  });
  /** One hop, one day, and one line of its statement to tamper with. */
  const tampering = fc
    .tuple(withFirstSale, fc.constantFrom(...hops), fc.nat())
    .map(([events, hop, seed]) => ({ events, statement: state(hop, events), seed }))
    .map(({ events, statement, seed }) => {
      const at = seed % statement.lines.length;
      return { events, statement, at, line: statement.lines[at] as StatementLine };
    });

  it('finds none where both sides booked the same', () => {
    fc.assert(
      fc.property(dayOfEvents, fc.constantFrom(...hops), (events, hop) => {
        expect(findStatementFaults(state(hop, events), [...events].reverse())).toEqual([]);
      }),
    );
  });

  it('finds an altered amount, and only that line', () => {
    fc.assert(
      fc.property(
        tampering,
        fc.constantFrom('chargedWon', 'feeWon', 'payableWon'),
        fc.integer({ min: -5_000, max: 5_000 }).filter((by) => by !== 0),
        ({ events, statement, at, line }, field, by) => {
          const altered = { ...line, [field]: line[field as 'feeWon'] + by };
          const forged = retotal(statement, statement.lines.with(at, altered));
          expect(findStatementFaults(forged, events)).toEqual([{ theirs: altered, ours: line }]);
        },
      ),
    );
  });

  it('finds a missing line', () => {
    fc.assert(
      fc.property(tampering, ({ events, statement, at, line }) => {
        const forged = retotal(statement, statement.lines.toSpliced(at, 1));
        expect(findStatementFaults(forged, events)).toEqual([{ theirs: null, ours: line }]);
      }),
    );
  });

  it('finds a doubled line, also when the first of both is altered', () => {
    fc.assert(
      fc.property(tampering, ({ events, statement, at, line }) => {
        const doubled = retotal(statement, statement.lines.toSpliced(at, 0, line));
        expect(findStatementFaults(doubled, events)).toEqual([{ theirs: line, ours: null }]);
        const altered = { ...line, payableWon: won(line.payableWon + 1) };
        const both = retotal(statement, statement.lines.toSpliced(at, 0, altered));
        expect(findStatementFaults(both, events)).toEqual([
          { theirs: line, ours: null },
          { theirs: altered, ours: line },
        ]);
      }),
    );
  });

  it('finds an invented line and a changed tender', () => {
    fc.assert(
      fc.property(tampering, ({ events, statement, at, line }) => {
        const invented = { ...line, paymentId: paymentId(999_999) };
        expect(findStatementFaults(retotal(statement, [...statement.lines, invented]), events)).toEqual([
          { theirs: invented, ours: null },
        ]);
        const retendered: StatementLine = { ...line, tender: line.tender === 'card' ? 'cash' : 'card' };
        expect(findStatementFaults(retotal(statement, statement.lines.with(at, retendered)), events)).toEqual([
          { theirs: retendered, ours: line },
        ]);
      }),
    );
  });

  it('finds totals that are not the sum of the lines', () => {
    const events = [event(1, 'sale', 'card', 1_000)];
    const statement = state('S14', events);
    const forged = { ...statement, totals: { ...statement.totals, payableWon: won(1) } };
    expect(findStatementFaults(forged, events)).toEqual([{ theirs: null, ours: null }]);
  });
});
