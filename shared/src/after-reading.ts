import type { Scheduler } from './clock.ts';

/** Long enough to read what has come, short enough to be no part of any deadline. */
const lastStepMs = 50;

/**
 * As `scheduler.after`, for the deadline of something that is read from a line or a socket. It is waited for in two
 * steps: a process that stood still (a commit on a slow card, a busy machine) finds its timers due before it reads what
 * came meanwhile, and would take what is there for missing. Between the steps it reads.
 */
export function afterReading(scheduler: Scheduler, delayMs: number, task: () => void): () => void {
  const firstMs = firstStepMs(delayMs);
  let cancel = scheduler.after(firstMs, () => {
    cancel = scheduler.after(delayMs - firstMs, task);
  });
  return () => cancel();
}

/** The longer one of the two steps: the timer that is seen while it is read. */
export function firstStepMs(delayMs: number): number {
  return delayMs - Math.min(lastStepMs, delayMs / 2);
}
