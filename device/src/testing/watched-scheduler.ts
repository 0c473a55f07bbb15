import { firstStepMs } from '@scanpay/shared/after-reading.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler, type VirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { expect } from 'vitest';

/** Virtual time for what speaks over a real line: it passes only when nothing is on its way any more. */
export interface WatchedScheduler extends VirtualScheduler {
  /** A timer of this length runs, or the first step of a deadline of this length (`afterReading`). */
  isArmed(delayMs: number): boolean;
  /** Resolves when it does: the driver waits for that, and for nothing a real line still brings. */
  whenArmed(delayMs: number): Promise<void>;
}

export function createWatchedScheduler(): WatchedScheduler {
  const scheduler = createVirtualScheduler();
  const armed: number[] = [];
  const isArmed = (delayMs: number): boolean => armed.includes(delayMs) || armed.includes(firstStepMs(delayMs));
  return {
    ...scheduler,
    after(delayMs, task) {
      armed.push(delayMs);
      let isOver = false;
      const disarm = (): void => {
        if (!isOver) armed.splice(armed.indexOf(delayMs), 1);
        isOver = true;
      };
      const cancel = scheduler.after(delayMs, () => {
        disarm();
        task();
      });
      return () => {
        disarm();
        cancel();
      };
    },
    isArmed,
    whenArmed: (delayMs) => until(() => expect(isArmed(delayMs), `a timer of ${delayMs} ms`).toBe(true)),
  };
}
