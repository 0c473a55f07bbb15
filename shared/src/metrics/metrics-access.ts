/** Who may read `/metrics`: programs of this machine, anybody who reaches the port, or nobody. */
export const metricsReaches = ['loopback', 'any', 'off'] as const;
export type MetricsReach = (typeof metricsReaches)[number];

/** The text a scrape gets. */
export interface MetricsPage {
  reach: MetricsReach;
  contentType: string;
  render(): Promise<string>;
}

const loopback = /^(?:127\.|::1$|::ffff:127\.)/u;
/** A gateway on this machine speaks for others, and says so in one of these (RFC 7239, and what was before it). */
const forwarding = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

export function mayScrape(
  reach: MetricsReach,
  request: { remoteAddress: string | undefined; headers: Readonly<Record<string, unknown>> },
): boolean {
  if (reach !== 'loopback') return reach === 'any';
  const { remoteAddress = '', headers } = request;
  return loopback.test(remoteAddress) && forwarding.every((name) => headers[name] === undefined);
}
