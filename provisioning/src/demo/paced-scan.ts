import { setTimeout as delay } from 'node:timers/promises';

/** For the way of a scan to the box, where the time is taken. */
const spareMs = 200;

/** Scans like somebody who means it: the same code, one of several in a burst too, again only once it counts as another scan. */
export function createPacedScan(
  repeatWindowMs: number,
  scan: (text: string) => Promise<void>,
): (text: string) => Promise<void> {
  const againAtMs = new Map<string, number>();
  return async (text) => {
    if (repeatWindowMs === 0) return scan(text);
    const lines = text.split('\r\n');
    const waitMs = Math.max(...lines.map((line) => againAtMs.get(line) ?? 0)) - performance.now();
    if (waitMs > 0) await delay(waitMs);
    await scan(text);
    const nowMs = performance.now();
    for (const [line, atMs] of againAtMs) if (atMs <= nowMs) againAtMs.delete(line);
    for (const line of lines) againAtMs.set(line, nowMs + repeatWindowMs + spareMs);
  };
}
