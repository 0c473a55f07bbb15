import type { Scheduler } from './clock.ts';

/** Long enough to read what has come, short enough to be no part of any deadline. */
const lastStepMs = 50;

/**
 * As `scheduler.after`, for the deadline of something that is read from a line or a socket. It is waited for in two
 * steps: a process that stood still (a commit on a slow card, a busy machine) finds its timers due before it reads what
 * came meanwhile, and would take what is there for missing. Between the steps it reads.
 */
export function afterReading(scheduler: Scheduler, delayMs: number, task: () => void): () => void {
  const stepMs = Math.min(lastStepMs, delayMs / 2);
  let cancel = scheduler.after(delayMs - stepMs, () => {
    cancel = scheduler.after(stepMs, task);
  });
  return () => cancel();
}
