import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createRetrier, type Retrier } from './retrier.ts';

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const pace = { firstPauseMs: 100, longestPauseMs: 1_000, maxConcurrent: 2, maxKeys: 5 };

let scheduler: ReturnType<typeof createVirtualScheduler>;
let retrier: Retrier;

beforeEach(() => {
  scheduler = createVirtualScheduler();
  retrier = createRetrier({ scheduler, log, pace });
});

/** Lets everything that waits for nothing but its turn go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function failing(times: number) {
  const attempt = vi.fn(async () => attempt.mock.calls.length > times);
  return attempt;
}

describe('createRetrier', () => {
  it('tries at once, and again after doubling pauses up to the longest', async () => {
    const attempt = failing(6);
    const done = retrier.run('a', attempt);
    await settle();
    const triedAtMs: number[] = [];
    for (let ms = 0; ms < 4_000; ms += 50) {
      const before = attempt.mock.calls.length;
      scheduler.advance(50);
      await settle();
      if (attempt.mock.calls.length > before) triedAtMs.push(ms + 50);
    }
    expect(triedAtMs).toEqual([100, 300, 700, 1_500, 2_500, 3_500]);
    expect(await done).toBe(true);
    expect(retrier.size()).toBe(0);
  });

  it('takes a rejection for a failure', async () => {
    const attempt = vi.fn().mockRejectedValueOnce(new Error('unreachable')).mockResolvedValueOnce(true);
    const done = retrier.run('a', attempt);
    await settle();
    scheduler.advance(100);
    expect(await done).toBe(true);
    expect(log.warn).toHaveBeenCalled();
  });

  it('does not double a key, and does not let one asked for again pause', async () => {
    const attempt = failing(1);
    const done = retrier.run('a', attempt);
    await settle();
    expect(retrier.run('a', attempt)).toBe(done);
    expect(await done).toBe(true);
    expect(attempt).toHaveBeenCalledTimes(2);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('runs no more at once than it may', async () => {
    let running = 0;
    let most = 0;
    const attempt = async () => {
      running += 1;
      most = Math.max(most, running);
      await settle();
      running -= 1;
      return true;
    };
    const all = ['a', 'b', 'c', 'd', 'e'].map((key) => retrier.run(key, attempt));
    expect(await Promise.all(all)).toEqual([true, true, true, true, true]);
    expect(most).toBe(2);
  });

  it('has no room for more keys than it may hold', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const all = keys.map((key) => retrier.run(key, failing(1)));
    expect(await retrier.run('f', failing(0))).toBe(false);
    expect(keys.map((key) => retrier.has(key))).toEqual([true, true, true, true, true]);
    expect(retrier.has('f')).toBe(false);
    await settle();
    scheduler.advance(100);
    expect(await Promise.all(all)).toEqual([true, true, true, true, true]);
    expect(await retrier.run('f', failing(0))).toBe(true);
  });

  it('stops: lets what runs end, drops what pauses or queues, and leaves no timer', async () => {
    const pausing = retrier.run('pausing', failing(9));
    await settle();
    let release: (isDone: boolean) => void = () => undefined;
    const slow = () => new Promise<boolean>((resolve) => (release = resolve));
    const running = retrier.run('running', slow);
    const alsoRunning = retrier.run('running too', async () => false);
    const queued = retrier.run('queued', failing(0));
    const stopped = retrier.stop();
    release(true);
    await stopped;
    expect(await Promise.all([pausing, running, alsoRunning, queued])).toEqual([false, true, false, false]);
    expect(scheduler.pendingCount()).toBe(0);
    expect(await retrier.run('later', failing(0))).toBe(false);
  });
});
