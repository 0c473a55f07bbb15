import type { Clock } from '@scanpay/shared/clock.ts';

/** A budget per key: `capacity` at once, one more every `refillMs`. */
export interface TokenBuckets {
  /** Whether one is left. */
  has(key: string): boolean;
  /** Takes one; false: none was left. */
  take(key: string): boolean;
}

/**
 * Holds only the keys that have spent something; beyond `maxKeys` the one that spent longest ago is forgotten, that is,
 * given its full budget again.
 */
export function createTokenBuckets(options: {
  clock: Clock;
  capacity: number;
  refillMs: number;
  maxKeys: number;
}): TokenBuckets {
  const { clock, capacity, refillMs, maxKeys } = options;
  /** When the bucket will be full again. */
  const fullAtMs = new Map<string, number>();

  const countLeft = (key: string): number => {
    const missingMs = Math.max(0, (fullAtMs.get(key) ?? 0) - clock.nowMs());
    return Math.floor(capacity - missingMs / refillMs);
  };
  return {
    has: (key) => countLeft(key) >= 1,
    take(key) {
      if (countLeft(key) < 1) return false;
      const fullMs = Math.max(fullAtMs.get(key) ?? 0, clock.nowMs()) + refillMs;
      fullAtMs.delete(key);
      fullAtMs.set(key, fullMs);
      const [oldest] = fullAtMs.keys();
      if (fullAtMs.size > maxKeys && oldest !== undefined) fullAtMs.delete(oldest);
      return true;
    },
  };
}
