import TinyQueue from 'tinyqueue';

/** The one clock of a simulated world: nothing happens but what was put on it, in order of time, then of putting. */
export interface Timeline {
  nowMs(): number;
  after(delayMs: number, task: () => void): () => void;
  /** Runs the next task and lets everything go on that waits for nothing but its turn. False: nothing is left. */
  step(untilMs?: number): Promise<boolean>;
  /** Tasks run so far. */
  steps(): number;
}

interface Entry {
  atMs: number;
  order: number;
  task: (() => void) | null;
}

export function createTimeline(startMs: number): Timeline {
  const queue = new TinyQueue<Entry>([], (one, other) => one.atMs - other.atMs || one.order - other.order);
  let nowMs = startMs;
  let order = 0;
  let stepCount = 0;
  return {
    nowMs: () => nowMs,
    steps: () => stepCount,
    after(delayMs, task) {
      if (!(delayMs >= 0)) throw new RangeError(`not a delay: ${delayMs} ms`);
      order += 1;
      const entry: Entry = { atMs: nowMs + delayMs, order, task };
      queue.push(entry);
      return () => {
        entry.task = null;
      };
    },
    async step(untilMs = Number.POSITIVE_INFINITY) {
      for (let entry = queue.peek(); entry !== undefined; entry = queue.peek()) {
        if (entry.task !== null && entry.atMs > untilMs) break;
        queue.pop();
        if (entry.task === null) continue;
        nowMs = entry.atMs;
        stepCount += 1;
        entry.task();
        await quiescence();
        return true;
      }
      if (Number.isFinite(untilMs)) nowMs = Math.max(nowMs, untilMs);
      return false;
    },
  };
}

/**
 * Resolves when every promise that could go on has gone on. The simulated parts do no I/O, so their code waits on
 * promises alone, and Node empties that queue before it comes to the next immediate: the end is exact, not a guess.
 */
export function quiescence(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
