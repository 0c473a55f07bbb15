import type { BusinessDate, Clock } from '@scanpay/shared/clock.ts';
import { isNoShow } from '../../../core/schedule/judge-no-show.ts';
import type { Log } from '../../../ports/log.ts';
import type { ScheduleStore } from '../../../ports/schedule-store.ts';

/** Goes through closed business dates for customers who did not come. */
export interface NoShowRecorder {
  /**
   * Goes through every closed date that was not gone through yet, also across restarts: what was found is kept, and what
   * is left is found the next time. Resolves when there is none left, or what failed is in the log; called again
   * meanwhile, it looks once more.
   */
  record(): Promise<void>;
  /** Lets the batch under way end. */
  stop(): Promise<void>;
}

/** Entitlements in one commit. */
const batchSize = 100;
/** Dates read at once. */
const maxDates = 100;

export function createNoShowRecorder(deps: {
  store: ScheduleStore;
  clock: Clock;
  log: Log;
  /** As they are put on record. */
  count(noShows: number): void;
}): NoShowRecorder {
  const { store, clock, log } = deps;
  let isStopped = false;
  let isAskedAgain = false;
  let running: Promise<void> | undefined;

  const goThrough = async (date: BusinessDate): Promise<void> => {
    let noShows = 0;
    let seen = batchSize;
    while (seen === batchSize && !isStopped) {
      const batch = await store.recordNoShows(date, batchSize, isNoShow, clock.nowMs());
      deps.count(batch.noShows);
      noShows += batch.noShows;
      seen = batch.seen;
    }
    if (isStopped) return;
    await store.markDateSeen(date, clock.nowMs());
    log.info({ date, noShows }, 'no-shows of a closed date are on record');
  };
  const run = async (): Promise<void> => {
    do {
      isAskedAgain = false;
      for (const date of await store.listUnseenDates(maxDates)) {
        if (!isStopped) await goThrough(date);
      }
    } while (isAskedAgain && !isStopped);
  };
  return {
    record() {
      isAskedAgain = true;
      if (isStopped) return Promise.resolve();
      running ??= run()
        .catch((err: unknown) => log.error({ err }, 'no-shows cannot be recorded'))
        .finally(() => {
          running = undefined;
        });
      return running;
    },
    async stop() {
      isStopped = true;
      await running;
    },
  };
}
