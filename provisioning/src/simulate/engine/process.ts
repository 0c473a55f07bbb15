import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { Timeline } from './timeline.ts';

/** What dead code meets wherever it still calls something at once. */
export class DeadProcessError extends Error {
  constructor(name: string) {
    super(`${name} is dead`);
  }
}

/**
 * One life of a simulated process. When it is killed its timers never fire, what it awaits never comes, and whatever
 * its code still calls is not carried out: only what it had committed is left.
 */
export interface SimProcess {
  name: string;
  isAlive(): boolean;
  kill(): void;
  /** Time and timers of this life; the wall clock is the world's, shifted by `skewMs`. */
  scheduler: Scheduler;
  /** The port as this life may use it: calls and answers end with it. */
  guard<T extends object>(port: T): T;
}

export function createProcess(name: string, timeline: Timeline, skewMs: () => number = () => 0): SimProcess {
  let alive = true;
  const isAlive = (): boolean => alive;
  return {
    name,
    isAlive,
    kill() {
      alive = false;
    },
    scheduler: {
      nowMs: () => timeline.nowMs() + skewMs(),
      after(delayMs, task) {
        if (!alive) return noTimer;
        return timeline.after(delayMs, () => {
          if (alive) task();
        });
      },
    },
    guard: (port) => guardPort(port, isAlive),
  };
}

const never = new Promise<never>(() => undefined);

function guardPort<T extends object>(port: T, isAlive: () => boolean): T {
  const wrapped = new Map<PropertyKey, unknown>();
  const wrap =
    (method: (...args: unknown[]) => unknown) =>
    (...args: unknown[]): unknown => {
      if (!isAlive()) return never;
      const result = Reflect.apply(method, port, args);
      if (!(result instanceof Promise)) return result;
      return new Promise((resolve, reject) => {
        result.then(
          (value: unknown) => isAlive() && resolve(value),
          (error: unknown) => isAlive() && reject(error),
        );
      });
    };
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const known = wrapped.get(name);
      if (known !== undefined) return known;
      const made = wrap(member as (...args: unknown[]) => unknown);
      wrapped.set(name, made);
      return made;
    },
  });
}
