import { symbolFormats } from '@scanpay/device/ports/decoder.ts';
import type { Verdict } from '@scanpay/device/testing/truth.ts';

/** What one decoder made of one picture. */
export interface Sample extends Verdict {
  file: string;
  /** What pictures are first told apart by, e.g. the format. */
  group: string;
  /** What they are then told apart by, e.g. the folder. */
  family: string;
  /** False: nothing is there to be read. */
  readable: boolean;
  decoder: string;
  ms: number;
}

export interface Score {
  read: number;
  /** Share of the pictures with a code; `null` without any. */
  readRate: number | null;
  wrong: number;
  medianMs: number;
  p95Ms: number;
}

export interface TallyRow {
  group: string;
  family: string;
  pictures: number;
  scores: Record<string, Score>;
}

/** The group of pictures on which any read is a wrong one. */
export const nothingThere = 'nothing there';

/** What a total over families or groups says in their place. */
export const allOf = 'all';

const groupOrder: readonly string[] = [...symbolFormats, nothingThere];

/** A row per group and family, one per group with several families, and one over everything. */
export function tally(samples: readonly Sample[]): TallyRow[] {
  const groups = Map.groupBy(samples, (sample) => sample.group);
  const rows: TallyRow[] = [];
  for (const group of [...groups.keys()].sort(compareGroups)) {
    const ofGroup = groups.get(group) ?? [];
    const families = Map.groupBy(ofGroup, (sample) => sample.family);
    for (const family of [...families.keys()].sort()) rows.push(makeRow(group, family, families.get(family) ?? []));
    if (families.size > 1) rows.push(makeRow(group, allOf, ofGroup));
  }
  if (groups.size > 1) rows.push(makeRow(allOf, allOf, samples));
  return rows;
}

function compareGroups(a: string, b: string): number {
  const [at, bt] = [groupOrder.indexOf(a), groupOrder.indexOf(b)];
  return at === -1 || bt === -1 ? bt - at : at - bt;
}

function makeRow(group: string, family: string, samples: readonly Sample[]): TallyRow {
  const byDecoder = Map.groupBy(samples, (sample) => sample.decoder);
  const scores = [...byDecoder].map(([decoder, ofDecoder]) => [decoder, score(ofDecoder)] as const);
  const pictures = Math.max(...[...byDecoder.values()].map((ofDecoder) => ofDecoder.length));
  return { group, family, pictures, scores: Object.fromEntries(scores) };
}

function score(samples: readonly Sample[]): Score {
  const times = samples.map((sample) => sample.ms);
  const readable = samples.filter((sample) => sample.readable).length;
  const read = samples.filter((sample) => sample.read).length;
  return {
    read,
    readRate: readable === 0 ? null : read / readable,
    wrong: samples.filter((sample) => sample.wrong).length,
    medianMs: atRank(times, 0.5),
    p95Ms: atRank(times, 0.95),
  };
}

/** Nearest rank: the sample at or below which this share of them lies. */
function atRank(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1] ?? Number.NaN;
}
