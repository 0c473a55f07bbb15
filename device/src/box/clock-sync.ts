import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { ClockAnswer } from '@scanpay/shared/wire/messages.ts';
import type { TrustedClock } from './trusted-clock.ts';

const retryMs = 2_000;
const refreshMs = 10 * 60_000;

/** Asks the operator's clock after every connect, until answered, and again every ten minutes. */
export function createClockSync(deps: {
  scheduler: Scheduler;
  clock: TrustedClock;
  /** Sends a `clock.query`; resolves with its message id. */
  sendQuery(): Promise<string>;
  onChange(): void;
}) {
  const { scheduler, clock } = deps;
  let cancel: () => void = noTimer;
  let running = false;
  let asked: { messageId: string; atMs: number } | null = null;

  const ask = async (): Promise<void> => {
    cancel();
    if (!running) return;
    cancel = scheduler.after(retryMs, () => void ask());
    const atMs = scheduler.nowMs();
    const messageId = await deps.sendQuery();
    asked = { messageId, atMs };
  };
  return {
    linkChanged(up: boolean): void {
      running = up;
      cancel();
      if (up) void ask();
    },
    take(answer: ClockAnswer): void {
      if (asked === null || answer.queryId !== asked.messageId) return;
      const { atMs: askedAtSystemMs } = asked;
      asked = null;
      const taken = clock.takeAnswer({
        askedAtSystemMs,
        answeredAtSystemMs: scheduler.nowMs(),
        cloudTimeMs: answer.cloudTimeMs,
      });
      if (!taken || !running) return;
      cancel();
      cancel = scheduler.after(refreshMs, () => void ask());
      deps.onChange();
    },
    stop(): void {
      running = false;
      cancel();
    },
  };
}

export type ClockSync = ReturnType<typeof createClockSync>;
