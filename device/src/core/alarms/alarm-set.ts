import type { OpenAlarm } from '@scanpay/shared/wire/alarm-messages.ts';
import type { Reading } from './conditions.ts';

/** The box's alarms: at most one open for each code. Times of beginning and ending are on the monotonic clock. */
export interface AlarmSet {
  open: ReadonlyMap<string, OpenAlarm>;
  /** Since when a condition holds that is not reported yet. */
  beginning: ReadonlyMap<string, number>;
  /** Since when nothing is seen of an open one. */
  ending: ReadonlyMap<string, number>;
}

export const toAlarmSet = (open: readonly OpenAlarm[]): AlarmSet => ({
  open: new Map(open.map((alarm) => [alarm.code, alarm])),
  beginning: new Map(),
  ending: new Map(),
});

export interface AlarmStep {
  nowMs: number;
  monotonicMs: number;
  raiseAfterMs: number;
  clearAfterMs: number;
}

/**
 * Takes one reading of each condition. What comes and goes within the holding times is one alarm that counts, not many.
 * `changed`: what is open is not what it was.
 */
export function stepAlarms(
  set: AlarmSet,
  readings: ReadonlyMap<string, Reading>,
  step: AlarmStep,
): { set: AlarmSet; changed: boolean } {
  const next = { open: new Map(set.open), beginning: new Map(set.beginning), ending: new Map(set.ending) };
  let changed = false;
  for (const [code, reading] of readings) {
    if (reading === undefined) continue;
    const stepOne = reading === null ? stepQuiet : stepHolding;
    changed = stepOne(next, code, reading ?? '', step) || changed;
  }
  return { set: next, changed };
}

interface Draft {
  open: Map<string, OpenAlarm>;
  beginning: Map<string, number>;
  ending: Map<string, number>;
}

const maxCount = 1_000_000;
const shorten = (detail: string): string => detail.slice(0, 120);

function stepHolding({ open, beginning, ending }: Draft, code: string, detail: string, step: AlarmStep): boolean {
  const known = open.get(code);
  if (known !== undefined) {
    if (!ending.delete(code)) return false;
    open.set(code, { ...known, detail: shorten(detail), count: Math.min(known.count + 1, maxCount) });
    return true;
  }
  const sinceMs = beginning.get(code) ?? step.monotonicMs;
  beginning.set(code, sinceMs);
  if (step.monotonicMs - sinceMs < step.raiseAfterMs) return false;
  beginning.delete(code);
  open.set(code, { code, raisedAtMs: step.nowMs, count: 1, detail: shorten(detail) });
  return true;
}

function stepQuiet({ open, beginning, ending }: Draft, code: string, _detail: string, step: AlarmStep): boolean {
  beginning.delete(code);
  if (!open.has(code)) return false;
  const sinceMs = ending.get(code) ?? step.monotonicMs;
  ending.set(code, sinceMs);
  if (step.monotonicMs - sinceMs < step.clearAfterMs) return false;
  ending.delete(code);
  return open.delete(code);
}
