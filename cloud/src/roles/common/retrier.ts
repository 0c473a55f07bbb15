import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { Log } from '../../ports/log.ts';

/** Work that is tried until it is done, one try at a time per key, with growing pauses. */
export interface Retrier {
  /**
   * Tries at once, then again after each pause, until `attempt` says true (done, or no use trying). A key that is under
   * way already is not doubled: if it is pausing, it is tried at once.
   * Resolves with true when done, with false when the retrier was stopped before, or has no room for another key.
   */
  run(key: string, attempt: () => Promise<boolean>): Promise<boolean>;
  /** Whether the key is under way: trying, pausing, or waiting for its turn. */
  has(key: string): boolean;
  /** Number of keys under way. */
  size(): number;
  /** Lets running tries end, drops what pauses. */
  stop(): Promise<void>;
}

export interface RetryPace {
  firstPauseMs: number;
  /** Pauses double up to this. */
  longestPauseMs: number;
  /** Tries under way at once, over all keys. */
  maxConcurrent: number;
  /** Keys under way at once; 10,000 unless told. */
  maxKeys?: number;
}

interface Job {
  key: string;
  attempt: () => Promise<boolean>;
  failures: number;
  /** Ends the pause; undefined while queued or running. */
  cancelPause: (() => void) | undefined;
  done: Promise<boolean>;
  finish: (isDone: boolean) => void;
}

export function createRetrier(deps: { scheduler: Scheduler; log: Log; pace: RetryPace }): Retrier {
  const { scheduler, log, pace } = deps;
  const { maxKeys = 10_000 } = pace;
  const jobs = new Map<string, Job>();
  const queue: Job[] = [];
  const running = new Set<Promise<void>>();
  let isStopped = false;

  const end = (job: Job, isDone: boolean): void => {
    jobs.delete(job.key);
    job.finish(isDone);
  };
  const pause = (job: Job): void => {
    job.failures += 1;
    const pauseMs = Math.min(pace.longestPauseMs, pace.firstPauseMs * 2 ** Math.min(job.failures - 1, 30));
    job.cancelPause = scheduler.after(pauseMs, () => enqueue(job));
  };
  const tryOnce = async (job: Job): Promise<void> => {
    const isDone = await job.attempt().catch((err: unknown) => {
      log.warn({ err, key: job.key, failures: job.failures + 1 }, 'try failed, will try again');
      return false;
    });
    if (isDone || isStopped) end(job, isDone);
    else pause(job);
  };
  const pump = (): void => {
    while (running.size < pace.maxConcurrent) {
      const job = queue.shift();
      if (job === undefined) return;
      const turn = tryOnce(job).finally(() => {
        running.delete(turn);
        pump();
      });
      running.add(turn);
    }
  };
  const enqueue = (job: Job): void => {
    job.cancelPause = undefined;
    queue.push(job);
    pump();
  };

  return {
    run(key, attempt) {
      if (isStopped) return Promise.resolve(false);
      const known = jobs.get(key);
      if (known !== undefined) {
        if (known.cancelPause !== undefined) {
          known.cancelPause();
          enqueue(known);
        }
        return known.done;
      }
      if (jobs.size >= maxKeys) return Promise.resolve(false);
      const { promise: done, resolve: finish } = Promise.withResolvers<boolean>();
      const job: Job = { key, attempt, failures: 0, cancelPause: undefined, done, finish };
      jobs.set(key, job);
      enqueue(job);
      return done;
    },
    has: (key) => jobs.has(key),
    size: () => jobs.size,
    async stop() {
      isStopped = true;
      queue.length = 0;
      await Promise.all(running);
      for (const job of [...jobs.values()]) {
        job.cancelPause?.();
        end(job, false);
      }
    },
  };
}
