import type { Scheduler } from '../clock.ts';

/** The wall clock and timers of this process, for main.ts; everything else gets a Scheduler as an argument. */
export const systemScheduler: Scheduler = {
  nowMs: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
