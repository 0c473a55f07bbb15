import type { Scheduler } from '@scanpay/shared/clock.ts';

/** Waits for `work` at most `deadlineMs`; undefined: it is not done yet, and goes on by itself. */
export function withinDeadline<T>(scheduler: Scheduler, work: Promise<T>, deadlineMs: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = scheduler.after(deadlineMs, () => resolve(undefined));
    work.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
