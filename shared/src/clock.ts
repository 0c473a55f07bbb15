/** Wall-clock time, injected everywhere; milliseconds since the Unix epoch. */
export interface Clock {
  nowMs(): number;
}

/** Wall clock plus cancellable timers; the simulator and the tests bring their own. */
export interface Scheduler extends Clock {
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void;
}

/** Random bytes, injected so that tests and the simulator repeat exactly. */
export type RandomBytes = (length: number) => Uint8Array;

declare const businessDateBrand: unique symbol;
/** A calendar day in Asia/Seoul, `YYYY-MM-DD`. Korea has had no daylight saving since 1988: always UTC+9. */
export type BusinessDate = string & { readonly [businessDateBrand]: 'BusinessDate' };

const seoulOffsetMs = 9 * 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

export function businessDateAt(epochMs: number): BusinessDate {
  return new Date(epochMs + seoulOffsetMs).toISOString().slice(0, 10) as BusinessDate;
}

/** First millisecond of the day in Seoul. */
export function startOfBusinessDateMs(date: BusinessDate): number {
  return Date.parse(`${date}T00:00:00.000Z`) - seoulOffsetMs;
}

export function addBusinessDays(date: BusinessDate, days: number): BusinessDate {
  return businessDateAt(startOfBusinessDateMs(date) + days * dayMs);
}

/** Days from one to the other; negative when `to` is earlier. */
export function daysBetween(from: BusinessDate, to: BusinessDate): number {
  return (startOfBusinessDateMs(to) - startOfBusinessDateMs(from)) / dayMs;
}

/** `2026-11-23 14:05:09` in Seoul, for receipts and pages. */
export function formatSeoulTime(epochMs: number): string {
  return new Date(epochMs + seoulOffsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** Cancels nothing: what a timer variable holds while no timer runs. */
export const noTimer = (): void => undefined;
