import type { LitEvent } from './box-process.ts';
import type { TransactionStamp } from './cloud-process.ts';
import { saleCommits } from './floor-parts.ts';
import { median } from './percentiles.ts';

/** A stretch of the way from the scan to the light; `us` microseconds. */
export interface Stage {
  what: string;
  kind: 'between' | 'statements' | 'commit';
  us: number;
}

/** What happens before each of the seven commits of `saleCommits`, and after the last. */
const ways = [
  'pty, serial, coupon verified, request signed',
  'sent, broker, request and coupon verified, coupon looked up',
  'to the PG, registration looked up, card box opened',
  'to the card company',
  'back to the PG, evidence signed',
  'back to the operator, result signed',
  'sent, broker, result verified',
  'light',
] as const;

interface Timeline {
  scannedUs: number;
  litUs: number;
  commits: LitEvent['commits'];
  transactions: readonly TransactionStamp[];
}

/** Null: something else was written at the same time, so that nobody can say what belongs to the sale. */
export function stagesOf({ scannedUs, litUs, commits, transactions }: Timeline): Stage[] | null {
  const during = transactions.filter(({ beginUs, endUs }) => beginUs >= scannedUs && endUs <= litUs);
  const own = commits.filter(({ beginUs, endUs }) => beginUs >= scannedUs && endUs <= litUs);
  const stamps = [
    ...during,
    // The journal makes its changes and commits them in one synchronous call.
    ...own.map(({ beginUs, endUs }) => ({ book: 'box', beginUs, commitUs: beginUs, endUs })),
  ].sort((a, b) => a.beginUs - b.beginUs);
  const isAsExpected =
    stamps.length === saleCommits.length && saleCommits.every(({ book }, index) => stamps[index]?.book === book);
  if (!isAsExpected) return null;
  const stages: Stage[] = [];
  let atUs = scannedUs;
  for (const [index, { book, beginUs, commitUs, endUs }] of stamps.entries()) {
    const name = `${book} ${saleCommits[index]?.what}`;
    stages.push({ what: ways[index] ?? '', kind: 'between', us: beginUs - atUs });
    if (commitUs > beginUs) stages.push({ what: name, kind: 'statements', us: commitUs - beginUs });
    stages.push({ what: name, kind: 'commit', us: endUs - commitUs });
    atUs = endUs;
  }
  stages.push({ what: ways.at(-1) ?? '', kind: 'between', us: litUs - atUs });
  return stages;
}

/** The median of each stage over all sales. */
export function averageStages(sales: readonly Stage[][]): Stage[] {
  const [first = []] = sales;
  return first.map((stage, index) => ({ ...stage, us: median(sales.map((sale) => sale[index]?.us ?? 0)) }));
}
