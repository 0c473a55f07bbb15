import type { Clock } from '@scanpay/shared/clock.ts';
import type { Light } from '../../ports/light.ts';
import type { LightPattern } from '../../ports/light-patterns.ts';

export interface ShownPattern {
  pattern: LightPattern;
  atMs: number;
}

/** A lamp on paper, for the demo and for tests. */
export interface RecordingLight extends Light {
  /** Every change while started, oldest first; only the last thousand are kept. */
  shown(): readonly ShownPattern[];
}

const maxRecords = 1000;

/** `onShow` is told of every change, e.g. to write it to the log. */
export function createRecordingLight(options: {
  clock: Clock;
  onShow?: (record: ShownPattern) => void;
}): RecordingLight {
  const records: ShownPattern[] = [];
  let started = false;
  let current: LightPattern | undefined;

  const record = (pattern: LightPattern): void => {
    const entry: ShownPattern = { pattern, atMs: options.clock.nowMs() };
    records.push(entry);
    if (records.length > maxRecords) records.shift();
    options.onShow?.(entry);
  };

  return {
    start() {
      started = true;
      if (current !== undefined) record(current);
      return Promise.resolve();
    },
    show(pattern) {
      if (pattern === current) return;
      current = pattern;
      if (started) record(pattern);
    },
    stop() {
      started = false;
      current = undefined;
      return Promise.resolve();
    },
    state: () => ({
      kind: started ? 'ready' : 'stopped',
      driver: 'log',
      detail: 'changes are recorded',
      passedOver: [],
    }),
    shown: () => [...records],
  };
}
