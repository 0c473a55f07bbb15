import { setTimeout as delay } from 'node:timers/promises';

/** For the way of a scan to the box, where the time is taken. */
const spareMs = 200;

/** Scans like somebody who means it: the same code again only once the box takes it for another scan. */
export function createPacedScan(
  repeatWindowMs: number,
  scan: (text: string) => Promise<void>,
): (text: string) => Promise<void> {
  const againAtMs = new Map<string, number>();
  return async (text) => {
    const waitMs = repeatWindowMs === 0 ? 0 : (againAtMs.get(text) ?? 0) - performance.now();
    if (waitMs > 0) await delay(waitMs);
    await scan(text);
    againAtMs.set(text, performance.now() + repeatWindowMs + spareMs);
  };
}
