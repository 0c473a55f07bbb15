/** Below this the round trips, of milliseconds, would pass for drift. */
const shortestSpanMs = 600_000;

/**
 * How fast an offset grows, in parts per million, by least squares; one decimal. Null: watched for less than ten minutes.
 */
export function fitDriftPpm(comparisons: readonly { atMs: number; offsetMs: number }[]): number | null {
  const [first] = comparisons;
  const last = comparisons.at(-1);
  if (first === undefined || last === undefined || last.atMs - first.atMs < shortestSpanMs) return null;
  const count = comparisons.length;
  // Against the first one, for the sums of epoch milliseconds would lose the digits that matter.
  const points = comparisons.map(({ atMs, offsetMs }) => ({ x: atMs - first.atMs, y: offsetMs - first.offsetMs }));
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / count;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / count;
  const covariance = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return Math.round((covariance / variance) * 1e7) / 10;
}
