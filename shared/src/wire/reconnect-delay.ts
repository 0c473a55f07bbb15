import type { RandomBytes } from '../clock.ts';

export interface ReconnectPolicy {
  /** Upper end of the first delay. */
  firstDelayMs: number;
  /** Upper end of every later delay. */
  longestDelayMs: number;
}

/**
 * Milliseconds to wait before attempt `attempt` (0 first): doubling up to the longest, half of it by chance, so that a
 * thousand boxes that lost the same broker do not all come back in the same second.
 */
export function reconnectDelayMs(attempt: number, policy: ReconnectPolicy, randomBytes: RandomBytes): number {
  const ceilingMs = Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** Math.min(attempt, 30));
  const [high = 0, low = 0] = randomBytes(2);
  const fraction = (high * 256 + low) / 65_536;
  return Math.floor((ceilingMs / 2) * (1 + fraction));
}
