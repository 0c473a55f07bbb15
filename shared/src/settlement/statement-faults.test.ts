import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { won } from '../money.ts';
import { digestLines } from './lines-digest.ts';
import {
  type BookedEvent,
  type Hop,
  makeStatementLines,
  type StatementFault,
  type StatementLine,
} from './statement.ts';
import { agreedSums, findLineFaults, maxFaults, wholeFault } from './statement-faults.ts';
import { dayOfEvents, event, paymentId } from './testing/day-of-events.ts';

const hops: Hop[] = ['S13', 'S14', 'S15'];
const withFirstSale = dayOfEvents.map((events) => [event(1_000, 'sale', 'card', 7_777), ...events]);
/** The lines of one hop and day, and one of them to tamper with. */
const tampering = fc.tuple(withFirstSale, fc.constantFrom(...hops), fc.nat()).map(([events, hop, seed]) => {
  const lines = makeStatementLines(hop, events);
  const at = seed % lines.length;
  return { hop, lines, at, line: lines[at] as StatementLine };
});

describe('findLineFaults', () => {
  it('finds none where both sides booked the same', () => {
    fc.assert(
      fc.property(dayOfEvents, fc.constantFrom(...hops), (events, hop) => {
        const ours: BookedEvent[] = [...events].reverse();
        expect(findLineFaults(makeStatementLines(hop, events), makeStatementLines(hop, ours))).toEqual([]);
      }),
    );
  });

  it('finds an altered amount, and only that line', () => {
    fc.assert(
      fc.property(
        tampering,
        fc.constantFrom('chargedWon', 'feeWon', 'payableWon'),
        fc.integer({ min: -5_000, max: 5_000 }).filter((by) => by !== 0),
        ({ lines, at, line }, field, by) => {
          const altered = { ...line, [field]: line[field as 'feeWon'] + by };
          expect(findLineFaults(lines.with(at, altered), lines)).toEqual([{ theirs: altered, ours: line }]);
        },
      ),
    );
  });

  it('finds a missing line', () => {
    fc.assert(
      fc.property(tampering, ({ lines, at, line }) => {
        expect(findLineFaults(lines.toSpliced(at, 1), lines)).toEqual([{ theirs: null, ours: line }]);
      }),
    );
  });

  it('finds a doubled line, also when the first of both is altered', () => {
    fc.assert(
      fc.property(tampering, ({ lines, at, line }) => {
        expect(findLineFaults(lines.toSpliced(at, 0, line), lines)).toEqual([{ theirs: line, ours: null }]);
        const altered = { ...line, payableWon: won(line.payableWon + 1) };
        expect(findLineFaults(lines.toSpliced(at, 0, altered), lines)).toEqual([
          { theirs: line, ours: null },
          { theirs: altered, ours: line },
        ]);
      }),
    );
  });

  it('finds an invented line and a changed tender', () => {
    fc.assert(
      fc.property(tampering, ({ lines, at, line }) => {
        const invented = { ...line, paymentId: paymentId(999_999) };
        expect(findLineFaults([...lines, invented], lines)).toEqual([{ theirs: invented, ours: null }]);
        const retendered: StatementLine = { ...line, tender: line.tender === 'card' ? 'cash' : 'card' };
        expect(findLineFaults(lines.with(at, retendered), lines)).toEqual([{ theirs: retendered, ours: line }]);
      }),
    );
  });
});

describe('agreedSums', () => {
  it('is what the lines both sides see alike add up to', () => {
    fc.assert(
      fc.property(tampering, fc.integer({ min: 1, max: 5_000 }), ({ hop, lines, at, line }, by) => {
        const altered = { ...line, chargedWon: won(line.chargedWon + by), payableWon: won(line.payableWon + by) };
        const stated = lines.with(at, altered);
        const faults = findLineFaults(stated, lines);
        const rest = digestLines(lines.toSpliced(at, 1));
        expect(agreedSums(hop, digestLines(stated).tenders, faults)).toEqual({
          ...rest.tenders,
          payableWon: rest.totals.payableWon,
        });
      }),
    );
  });

  it('takes nothing off for a line the statement does not have', () => {
    const lines = makeStatementLines('S15', [event(1, 'sale', 'card', 10_000)]);
    const { tenders, totals } = digestLines(lines);
    const missing: StatementFault = { theirs: null, ours: { ...(lines[0] as StatementLine), paymentId: paymentId(2) } };
    expect(agreedSums('S15', tenders, [missing])?.payableWon).toBe(totals.payableWon);
  });

  it('is nothing where the statement is wrong as a whole', () => {
    const lines = makeStatementLines('S15', [event(1, 'sale', 'card', 10_000)]);
    const { tenders } = digestLines(lines);
    expect(agreedSums('S15', tenders, [wholeFault])).toBeNull();
    const many = Array.from(
      { length: maxFaults.S15 },
      (): StatementFault => ({ theirs: null, ours: lines[0] ?? null }),
    );
    expect(agreedSums('S15', tenders, many)).toBeNull();
    expect(agreedSums('S15', tenders, many.slice(1))).not.toBeNull();
  });
});
