import type { Slip } from '../judge-books.ts';
import { tallyUp, writeTally } from '../tally.ts';
import type { CutRecord, CutTotals } from './run-cuts.ts';

const moments: readonly CutRecord['moment'][] = [
  'starting',
  'ready',
  'sale entered',
  'code scanned',
  'printing',
  'result shown',
];

export type Summary = ReturnType<typeof makeSummary>;

/** Counts what the cuts did. */
export function makeSummary(
  totals: CutTotals,
  { seed, slips, minutes }: { seed: number; slips: readonly Slip[]; minutes: number },
) {
  const { records, coldBoots } = totals;
  const sum = (of: (record: CutRecord) => number): number => records.reduce((total, record) => total + of(record), 0);
  return {
    seed,
    cuts: records.length,
    boots: records.length + 1,
    coldBoots,
    minutes: Math.round(minutes),
    tally: tallyUp(moments, records, { ...totals, slips }),
    writesAtRisk: sum(({ writesSinceFlush }) => writesSinceFlush),
    writesLost: sum(({ writesLost }) => writesLost),
    cutsThatLostWrites: records.filter(({ writesLost }) => writesLost > 0).length,
  };
}

export function writeTable(summary: Summary): string[] {
  const { cuts, boots, coldBoots, minutes, seed, tally } = summary;
  return [
    '',
    `${cuts} power cuts, ${boots} boots (${coldBoots} cold), ${minutes} min, seed ${seed}`,
    ...writeTally(tally, 'the power went while'),
    `  disk writes since the last flush ${summary.writesAtRisk}, lost ${summary.writesLost}, in ${summary.cutsThatLostWrites} cuts`,
  ];
}
