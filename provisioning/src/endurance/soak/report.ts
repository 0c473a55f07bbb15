import { allowedGrowthBytes, allowedGrowthHandles, findGrowth, findTrend } from './box-facts.ts';
import type { SoakResult } from './run-soak.ts';

const mostViolationsTold = 20;

/** The report's lines, and whether all is well. */
export function reportSoak(result: SoakResult, minutes: number): { lines: string[]; isWell: boolean } {
  const { scans, ended, approvals, receipts, samples, cloudMb, violations } = result;
  const grown = findGrowth(samples);
  const kinds = [...ended].map(([kind, count]) => `${count} ${kind}`).join(', ');
  const facts = (['heapBytes', 'externalBytes', 'rssBytes', 'descriptors', 'resources'] as const).map((name) => {
    const trend = findTrend(samples, name);
    const unit = name.endsWith('Bytes') ? 1e6 : 1;
    const figure = (value: number | undefined): string => ((value ?? Number.NaN) / unit).toFixed(1).padStart(8);
    const label = `${name.replace('Bytes', '')}${unit === 1 ? '' : ', MB'}`;
    const bound =
      name in allowedGrowthBytes
        ? allowedGrowthBytes[name as keyof typeof allowedGrowthBytes] / 1e6
        : allowedGrowthHandles;
    const line = trend === null ? '' : `${figure(trend.from)} ${figure(trend.to)}   <= ${bound}`;
    return `  ${label.padEnd(16)}${figure(samples[0]?.[name])} ${figure(samples.at(-1)?.[name])}   ${line}`;
  });
  const isTold = findTrend(samples, 'heapBytes') !== null;
  const isWell = grown.length === 0 && violations.length === 0;
  return {
    isWell,
    lines: [
      '',
      `${scans} scans in ${minutes.toFixed(1)} min, ${(scans / minutes / 60).toFixed(1)} a second`,
      `  ended as they must: ${kinds}`,
      `  approvals in the journal ${approvals}, receipts on paper ${receipts}`,
      '  the box at rest, after a collection: first and last; the line through it once warm; it may rise by',
      ...facts,
      `  resident memory of the cloud, for information: ${cloudMb.from.toFixed(0)} to ${cloudMb.to.toFixed(0)} MB`,
      ...violations.slice(0, mostViolationsTold).map((violation) => `  WRONG ${violation}`),
      ...grown.map((what) => `  GROWS ${what}`),
      `verdict: ${isWell ? 'well' : 'not well'}: ${violations.length} scans, payments or receipts lost, doubled or wrong; ` +
        (isTold ? `${grown.length} figures grow` : 'too few scans to judge growth'),
    ],
  };
}
