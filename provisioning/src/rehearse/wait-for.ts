import { setTimeout as delay } from 'node:timers/promises';

const lookEveryMs = 200;

/**
 * Looks again and again until there is something.
 *
 * @throws Error after the deadline, with what the last look threw.
 */
export async function waitFor<T>(what: string, deadlineMs: number, look: () => Promise<T | undefined>): Promise<T> {
  let last: unknown = 'nothing';
  for (let waitedMs = 0; waitedMs < deadlineMs; waitedMs += lookEveryMs) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    await delay(lookEveryMs);
  }
  throw new Error(`${what}: not within ${deadlineMs / 1000} s (${last instanceof Error ? last.message : last})`);
}
