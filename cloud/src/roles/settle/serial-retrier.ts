import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { Log } from '../../ports/log.ts';

/**
 * `again`: it failed, try later, and later each time; a rejection counts as this. `soon`: somebody is at it, ask again
 * after the first delay. `untilMs`: there is nothing to do before then.
 */
export type Attempt = () => Promise<AttemptOutcome>;
export type AttemptOutcome = 'done' | 'again' | 'soon' | { untilMs: number };

/** Timers do not reach further than 24 days: one that waits longer is looked at every day. */
const longestWaitMs = 86_400_000;

export interface SerialRetryPace {
  firstDelayMs: number;
  /** The delay doubles up to this. */
  maxDelayMs: number;
  /** Attempts running at once, over all names. */
  maxConcurrent: number;
}

/**
 * Runs named pieces of work until they are done, with doubling delays; never two attempts of one name at once. Unlike
 * the retrier of payments, work that is asked for while it runs is tried again afterwards, for its ground has changed
 * (a merchant answers while the statement is still being presented), and one waits for an attempt, not for success.
 */
export interface SerialRetrier {
  /**
   * Tries now, after a running attempt of the same name and instead of one that is scheduled. Resolves when this
   * attempt is over, whatever came of it; never rejects.
   */
  run(name: string, attempt: Attempt): Promise<void>;
  /** Resolves when no attempt is running; scheduled ones are not waited for. */
  whenIdle(): Promise<void>;
  /** Schedules nothing more; resolves when no attempt is running. */
  stop(): Promise<void>;
}

interface Work {
  failures: number;
  /** Null: nothing is scheduled. */
  cancelTimer: (() => void) | null;
  /** The latest attempt; the next one waits for it. */
  latest: Promise<void>;
}

export function createSerialRetrier(deps: { scheduler: Scheduler; log: Log; pace: SerialRetryPace }): SerialRetrier {
  const { scheduler, log, pace } = deps;
  const works = new Map<string, Work>();
  const running = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];
  let active = 0;
  let stopped = false;

  /** Runs the task when fewer than `maxConcurrent` others are running, in order of asking. */
  const inTurn = async (task: () => Promise<void>): Promise<void> => {
    if (active >= pace.maxConcurrent) await new Promise<void>((resolve) => waiting.push(resolve));
    else active += 1;
    try {
      await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) active -= 1;
      else next();
    }
  };

  const cancelScheduled = (work: Work): void => {
    work.cancelTimer?.();
    work.cancelTimer = null;
  };

  const tryOnce = async (name: string, work: Work, attempt: Attempt): Promise<void> => {
    cancelScheduled(work);
    if (stopped) return;
    const outcome = await attempt().catch((err: unknown) => {
      log.warn({ err, work: name }, 'a settlement step failed and will be tried again');
      return 'again' as const;
    });
    if (outcome !== 'again') work.failures = 0;
    if (typeof outcome === 'object') schedule(name, work, attempt, Math.max(outcome.untilMs - scheduler.nowMs(), 0));
    else if (outcome !== 'done') scheduleAgain(name, work, attempt);
  };

  const scheduleAgain = (name: string, work: Work, attempt: Attempt): void => {
    // 2^30 stays exact; the cap is reached long before.
    const delayMs = Math.min(pace.firstDelayMs * 2 ** Math.min(work.failures, 30), pace.maxDelayMs);
    work.failures += 1;
    schedule(name, work, attempt, delayMs);
  };

  const schedule = (name: string, work: Work, attempt: Attempt, delayMs: number): void => {
    if (stopped) return;
    work.cancelTimer = scheduler.after(Math.min(delayMs, longestWaitMs), () => void run(name, attempt));
  };

  const run = (name: string, attempt: Attempt): Promise<void> => {
    const work = works.get(name) ?? { failures: 0, cancelTimer: null, latest: Promise.resolve() };
    works.set(name, work);
    const attempted: Promise<void> = work.latest
      .then(() => inTurn(() => tryOnce(name, work, attempt)))
      .finally(() => {
        running.delete(attempted);
        if (work.latest === attempted && work.cancelTimer === null) works.delete(name);
      });
    work.latest = attempted;
    running.add(attempted);
    return attempted;
  };

  const whenIdle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running);
  };

  return {
    run,
    whenIdle,
    async stop() {
      stopped = true;
      for (const work of works.values()) cancelScheduled(work);
      await whenIdle();
    },
  };
}
