import { afterReading } from '@scanpay/shared/after-reading.ts';
import type { Scheduler } from '@scanpay/shared/clock.ts';

/** Waits for a promise, at most `limitMs`, and for what has come in by then. Undefined when the time is up; what it then does is nobody's business. */
export function withDeadline<T>(promise: Promise<T>, limitMs: number, scheduler: Scheduler): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = afterReading(scheduler, limitMs, () => resolve(undefined));
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
