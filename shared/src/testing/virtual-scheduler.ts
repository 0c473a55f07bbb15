import type { Scheduler } from '../clock.ts';

/** A scheduler whose time passes only when a test says so. */
export interface VirtualScheduler extends Scheduler {
  /** Lets `ms` pass, running what falls due in order of due time, then of registration; also what those tasks add. */
  advance(ms: number): void;
  /** Timers that have neither run nor been cancelled: 0 shows that a stopped part left nothing behind. */
  pendingCount(): number;
  /** Sets the wall clock as NTP would: timers keep their remaining delay. */
  setWallClock(nowMs: number): void;
}

interface Timer {
  dueMs: number;
  task: () => void;
}

/** One `advance` that runs more tasks than this is a loop without delay. */
const maxTasksPerAdvance = 100_000;

/** 2026-11-23 12:00:00 in Seoul. */
const defaultStartMs = Date.UTC(2026, 10, 23, 3);

export function createVirtualScheduler(startMs: number = defaultStartMs): VirtualScheduler {
  let elapsedMs = 0;
  let wallOffsetMs = startMs;
  const timers = new Set<Timer>();

  const nextDue = (limitMs: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs <= limitMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  };

  return {
    nowMs: () => wallOffsetMs + elapsedMs,
    after(delayMs, task) {
      if (!(delayMs >= 0)) throw new RangeError(`not a delay: ${delayMs} ms`);
      const timer: Timer = { dueMs: elapsedMs + delayMs, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const untilMs = elapsedMs + ms;
      let taskCount = 0;
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        taskCount += 1;
        if (taskCount > maxTasksPerAdvance) throw new Error(`more than ${maxTasksPerAdvance} tasks in ${ms} ms`);
        timers.delete(timer);
        elapsedMs = timer.dueMs;
        timer.task();
      }
      elapsedMs = untilMs;
    },
    pendingCount: () => timers.size,
    setWallClock(nowMs) {
      wallOffsetMs = nowMs - elapsedMs;
    },
  };
}
