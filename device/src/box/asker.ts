import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';

/** Asks the operator something after every connect, until answered, and again now and then. */
export function createAsker(deps: { scheduler: Scheduler; retryMs: number; refreshMs: number; ask(): Promise<void> }) {
  const { scheduler, retryMs, refreshMs } = deps;
  let cancel: () => void = noTimer;
  let isRunning = false;

  const ask = (): void => {
    cancel();
    if (!isRunning) return;
    cancel = scheduler.after(retryMs, ask);
    void deps.ask();
  };
  return {
    linkChanged(up: boolean): void {
      isRunning = up;
      ask();
    },
    answered(): void {
      cancel();
      if (isRunning) cancel = scheduler.after(refreshMs, ask);
    },
    again: ask,
    stop(): void {
      isRunning = false;
      cancel();
    },
  };
}
