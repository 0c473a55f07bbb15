/** The value below or at which this share of the samples lies (nearest rank); NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = Math.min(Math.max(Math.ceil(share * sorted.length), 1), sorted.length);
  return sorted[rank - 1] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

export interface Spread {
  count: number;
  p50: number;
  p99: number;
}

export function spreadOf(samples: readonly number[]): Spread {
  return { count: samples.length, p50: median(samples), p99: percentile(samples, 0.99) };
}
