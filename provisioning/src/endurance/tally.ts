import type { Slip, Violation } from './judge-books.ts';

/** What of a cut or a kill goes into the table. */
export interface Interruption {
  /** What the box was at. */
  moment: string;
  /** How the payments ended that had shown no approval before it. */
  ends: readonly string[];
}

export interface Tally {
  moments: { moment: string; count: number; ends: Record<string, number> }[];
  payments: Record<string, number>;
  originals: number;
  reprints: number;
  violationCount: number;
}

/** Counts what interruptions did, by the moment, in that order. */
export function tallyUp(
  moments: readonly string[],
  records: readonly Interruption[],
  books: { payments: ReadonlyMap<string, string>; slips: readonly Slip[]; violations: readonly Violation[] },
): Tally {
  const reprints = books.slips.filter(({ isReprint }) => isReprint).length;
  return {
    moments: moments.map((moment) => {
      const at = records.filter((record) => record.moment === moment);
      return { moment, count: at.length, ends: countEach(at.flatMap(({ ends }) => ends)) };
    }),
    payments: countEach([...books.payments.values()]),
    originals: books.slips.length - reprints,
    reprints,
    violationCount: books.violations.length,
  };
}

export function writeTally(tally: Tally, what: string): string[] {
  return [
    `  ${what.padEnd(26)}times   payments that had shown no approval before ended`,
    ...tally.moments.map(
      ({ moment, count, ends }) => `  ${moment.padEnd(26)}${String(count).padStart(5)}   ${inWords(ends)}`,
    ),
    `  payments in the journal: ${inWords(tally.payments)}`,
    `  receipts on paper: ${tally.originals} originals, ${tally.reprints} marked as reprints`,
    `  violations: ${tally.violationCount}`,
  ];
}

function countEach(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

const inWords = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ') || '-';
