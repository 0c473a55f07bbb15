import type { Scheduler } from '../clock.ts';

/** The wall clock and timers of this process, for main.ts; everything else gets a Scheduler as an argument. */
export const systemScheduler: Scheduler = {
  nowMs: () => Date.now(),
  after(delayMs, task) {
    if (delayMs === 0) {
      // A timer of no length may run before the sockets are looked at; this runs after that.
      const look = setImmediate(task);
      return () => clearImmediate(look);
    }
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
