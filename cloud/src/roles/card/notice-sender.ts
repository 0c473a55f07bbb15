import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { CardStore, QueuedNotice } from '../../ports/card-store.ts';
import type { Log } from '../../ports/log.ts';
import type { MmsGateway } from '../../ports/mms.ts';
import type { CardConfig } from './card-context.ts';

/** Brings queued notices (S12) to the gateway, oldest first, one after the other. */
export interface NoticeSender {
  /** Sends what a crash left behind, and from then on what is queued. */
  start(): void;
  /** Something was queued; it is sent soon, but not before who queued it has been answered. */
  wake(): void;
  /** Lets the running message end. */
  stop(): Promise<void>;
}

/** Notices read, and struck off, at once. */
const batchSize = 50;

export function createNoticeSender(deps: {
  store: CardStore;
  mms: MmsGateway;
  scheduler: Scheduler;
  log: Log;
  config: CardConfig['notices'];
}): NoticeSender {
  const { scheduler, log, config } = deps;
  let isStarted = false;
  let isStopped = false;
  let isWoken = false;
  let isGathering = false;
  let running: Promise<void> | undefined;
  let cancelTimer: (() => void) | undefined;

  const run = async (): Promise<void> => {
    isWoken = false;
    isGathering = false;
    while (!isStopped && (await sendBatch(deps, () => isStopped)) === batchSize);
    const dueMs = await deps.store.nextNoticeDueMs();
    if (dueMs !== undefined) plan(Math.max(0, dueMs - scheduler.nowMs()));
  };
  const plan = (delayMs: number): void => {
    cancelTimer?.();
    cancelTimer = isStopped ? undefined : scheduler.after(delayMs, begin);
  };
  const begin = (): void => {
    if (isStopped || running !== undefined) return;
    running = run()
      .catch((err: unknown) => {
        log.error({ err }, 'payment notices cannot be read');
        plan(config.firstPauseMs);
      })
      .finally(() => {
        running = undefined;
        if (isWoken) gather();
      });
  };
  /** The first of several calls decides when. */
  const gather = (): void => {
    isWoken = true;
    if (!isStarted || isGathering || running !== undefined) return;
    isGathering = config.gatherMs > 0;
    if (isGathering) plan(config.gatherMs);
    else begin();
  };
  return {
    start() {
      isStarted = true;
      begin();
    },
    wake: gather,
    async stop() {
      isStopped = true;
      await running;
      cancelTimer?.();
    },
  };
}

/** Returns how many notices were due. One that fails does not hold up the others. */
async function sendBatch(
  deps: { store: CardStore; mms: MmsGateway; scheduler: Scheduler; log: Log; config: CardConfig['notices'] },
  isStopped: () => boolean,
): Promise<number> {
  const { store, mms, scheduler, log, config } = deps;
  const due = await store.listDueNotices(scheduler.nowMs(), batchSize);
  const sent: string[] = [];
  const failed: { notice: QueuedNotice; err: unknown }[] = [];
  for (const notice of due) {
    if (isStopped()) break;
    const { noticeId, toMobile, subject, text } = notice;
    await mms.send({ toMobile, subject, text, jpeg: null, idempotencyKey: noticeId }).then(
      () => sent.push(noticeId),
      (err: unknown) => failed.push({ notice, err }),
    );
  }
  await store.removeNotices(sent);
  for (const { notice, err } of failed) {
    const { noticeId, failures } = notice;
    const isLast = failures + 1 >= config.maxFailures;
    log.warn({ err, noticeId, failures: failures + 1, isLast }, 'the gateway does not take a payment notice');
    const pauseMs = Math.min(config.longestPauseMs, config.firstPauseMs * 2 ** Math.min(failures, 30));
    await store.postponeNotice(noticeId, isLast ? null : scheduler.nowMs() + pauseMs);
  }
  return due.length;
}
