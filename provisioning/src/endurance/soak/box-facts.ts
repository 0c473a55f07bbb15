/** What a box at rest holds, right after a collection of its garbage. */
export interface BoxFacts {
  rssBytes: number;
  heapBytes: number;
  /** Buffers and other memory that objects of the heap stand for. */
  externalBytes: number;
  /** Open file descriptors. */
  descriptors: number;
  /** Timers, sockets and requests that keep the process alive. */
  resources: number;
}

export interface Sample extends BoxFacts {
  /** Scans before it. */
  scans: number;
}

export interface Trend {
  /** At the start and the end of the straight line through the samples (least squares). */
  from: number;
  to: number;
}

/** Compiled code and the journal's page cache (16 MB, some 4,000 payments) fill before this, which is not judged. */
const warmUpScans = 10_000;
const fewestSamples = 8;
/** Growth over the judged part that is noise of the collector and the allocator, in bytes. */
export const allowedGrowthBytes = { heapBytes: 2_000_000, externalBytes: 2_000_000, rssBytes: 8_000_000 };

/** Of the judged part; null: too few samples to tell. */
export function findTrend(samples: readonly Sample[], name: keyof BoxFacts): Trend | null {
  const judged = samples.filter(({ scans }) => scans >= warmUpScans);
  if (judged.length < fewestSamples) return null;
  const meanScans = mean(judged.map(({ scans }) => scans));
  const meanValue = mean(judged.map((sample) => sample[name]));
  const spread = judged.reduce((sum, { scans }) => sum + (scans - meanScans) ** 2, 0);
  const slope = judged.reduce((sum, it) => sum + (it.scans - meanScans) * (it[name] - meanValue), 0) / spread;
  const at = (scans: number): number => meanValue + slope * (scans - meanScans);
  return { from: at(judged[0]?.scans ?? 0), to: at(judged.at(-1)?.scans ?? 0) };
}

/**
 * What may be open more at the end than at the start: whoever looks at the counter keeps a connection or two alive, and
 * on a busy machine more of them. What is left open at every so many scans adds up to more.
 */
export const allowedGrowthHandles = 3;

/** @returns what grows, in words; none: memory and handles are flat, or there is too little to tell. */
export function findGrowth(samples: readonly Sample[]): string[] {
  const grown: string[] = [];
  for (const [name, allowed] of Object.entries(allowedGrowthBytes) as [keyof typeof allowedGrowthBytes, number][]) {
    const trend = findTrend(samples, name);
    if (trend !== null && trend.to - trend.from > allowed)
      grown.push(`${name} by ${Math.round(trend.to - trend.from)}`);
  }
  for (const name of ['descriptors', 'resources'] as const) {
    const trend = findTrend(samples, name);
    if (trend !== null && trend.to - trend.from > allowedGrowthHandles)
      grown.push(`${name} from ${trend.from.toFixed(1)} to ${trend.to.toFixed(1)}`);
  }
  return grown;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
