import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';

/**
 * A trigger closes by itself, at a read or after the scanner's own time: 3 s on a Newland, 10 s on a Zebra, 30 s on a
 * Honeywell as they come. Opening an open one does nothing but prolong that.
 */
const reopenMs = 2500;

/** Keeps a trigger open for as long as it is wanted. */
export interface TriggerKeeper {
  keep(open: boolean): void;
  /** The scanner is there again, and its trigger closed. */
  renew(): void;
}

export function createTriggerKeeper(options: { scheduler: Scheduler; turn(open: boolean): void }): TriggerKeeper {
  const { scheduler, turn } = options;
  let kept = false;
  let cancelReopen: () => void = noTimer;

  const open = (): void => {
    cancelReopen();
    cancelReopen = scheduler.after(reopenMs, open);
    turn(true);
  };

  return {
    keep(wanted) {
      if (wanted === kept) return;
      kept = wanted;
      if (kept) {
        open();
        return;
      }
      cancelReopen();
      turn(false);
    },
    renew() {
      if (kept) open();
    },
  };
}
