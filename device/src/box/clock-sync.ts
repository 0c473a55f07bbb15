import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { ClockAnswer } from '@scanpay/shared/wire/queries.ts';
import { createAsker } from './asker.ts';
import type { Log } from './deps.ts';
import type { TrustedClock } from './trusted-clock.ts';

const retryMs = 2_000;
const refreshMs = 10 * 60_000;
/** How often a jump of the system clock is looked for. */
const watchMs = 1_000;
/** How often the kernel is asked about NTP. */
const ntpMs = 30_000;

/** Keeps the clock trusted: by the operator's answers, and by NTP where the kernel says that it is in step. */
export function createClockSync(deps: {
  scheduler: Scheduler;
  clock: TrustedClock;
  /** Sends a `clock.query`; resolves with its message id. */
  sendQuery(): Promise<string>;
  isNtpSynchronised(): Promise<boolean>;
  /** Trust came or went. */
  onChange(): void;
  log: Log;
}) {
  const { scheduler, clock, log } = deps;
  let cancelWatch: () => void = noTimer;
  let cancelNtp: () => void = noTimer;
  let isRunning = false;
  let asked: { messageId: string; askedAtMs: number } | null = null;
  let wasTrusted = false;

  const tell = (): void => {
    if (clock.isTrusted() === wasTrusted) return;
    wasTrusted = !wasTrusted;
    deps.onChange();
  };
  const asker = createAsker({
    scheduler,
    retryMs,
    refreshMs,
    async ask() {
      const askedAtMs = clock.monotonicMs();
      const messageId = await deps.sendQuery();
      asked = { messageId, askedAtMs };
    },
  });
  const askKernel = async (): Promise<void> => {
    cancelNtp();
    cancelNtp = scheduler.after(ntpMs, () => void askKernel());
    const isSynchronised = await deps.isNtpSynchronised();
    if (!isRunning) return;
    clock.takeNtp(isSynchronised);
    tell();
  };
  /** A jump, or trust that has grown too old. */
  const look = (): void => {
    if (clock.noticeStep()) {
      log.warn({}, 'the system clock jumped; the time is not trusted until it is confirmed');
      // An answer to a question from before the jump still measures the monotonic clock: it may come.
      asker.again();
      void askKernel();
    }
    tell();
  };
  const watch = (): void => {
    look();
    cancelWatch = scheduler.after(watchMs, watch);
  };
  return {
    start(): void {
      isRunning = true;
      watch();
      void askKernel();
    },
    linkChanged: asker.linkChanged,
    look,
    /** Only the answer to the last question counts, once: older ones say nothing about how long they took. */
    take(answer: ClockAnswer): void {
      if (asked === null || answer.queryId !== asked.messageId) return;
      const { askedAtMs } = asked;
      asked = null;
      const { cloudTimeMs } = answer;
      const taken = clock.takeAnswer({ askedAtMs, answeredAtMs: clock.monotonicMs(), cloudTimeMs });
      if (taken === 'odd') {
        log.warn({ cloudTimeMs, boxTimeMs: clock.nowMs() }, 'the operator’s time contradicts the box’s');
        asker.again();
      }
      if (taken !== 'taken') return;
      asker.answered();
      tell();
    },
    stop(): void {
      isRunning = false;
      asker.stop();
      cancelWatch();
      cancelNtp();
    },
  };
}

export type ClockSync = ReturnType<typeof createClockSync>;
