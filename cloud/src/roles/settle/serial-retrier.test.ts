import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import { type Attempt, createSerialRetrier } from './serial-retrier.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

function setUp() {
  const scheduler = createVirtualScheduler(0);
  const retrier = createSerialRetrier({
    scheduler,
    log: silent,
    pace: { firstDelayMs: 1_000, maxDelayMs: 5_000, maxConcurrent: 2 },
  });
  return { scheduler, retrier };
}

describe('createSerialRetrier', () => {
  it('tries again with doubling delays up to the bound, until it is done', async () => {
    const { scheduler, retrier } = setUp();
    const triedAtMs: number[] = [];
    const attempt: Attempt = async () => {
      triedAtMs.push(scheduler.nowMs());
      return triedAtMs.length < 6 ? 'again' : 'done';
    };
    await retrier.run('x', attempt);
    for (let second = 0; second < 60; second += 1) {
      scheduler.advance(1_000);
      await retrier.whenIdle();
    }
    expect(triedAtMs).toEqual([0, 1_000, 3_000, 7_000, 12_000, 17_000]);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('asks again after the first delay, however often, while somebody is at it', async () => {
    const { scheduler, retrier } = setUp();
    const triedAtMs: number[] = [];
    await retrier.run('x', async () => {
      triedAtMs.push(scheduler.nowMs());
      return triedAtMs.length < 4 ? 'soon' : 'done';
    });
    for (let second = 0; second < 9; second += 1) {
      scheduler.advance(1_000);
      await retrier.whenIdle();
    }
    expect(triedAtMs).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('waits for a moment that is told, looking at it every day', async () => {
    const { scheduler, retrier } = setUp();
    const dayMs = 86_400_000;
    const triedAtMs: number[] = [];
    await retrier.run('x', async () => {
      triedAtMs.push(scheduler.nowMs());
      return scheduler.nowMs() < 2.5 * dayMs ? { untilMs: 2.5 * dayMs } : 'done';
    });
    for (let half = 0; half < 10; half += 1) {
      scheduler.advance(dayMs / 2);
      await retrier.whenIdle();
    }
    expect(triedAtMs).toEqual([0, dayMs, 2 * dayMs, 2.5 * dayMs]);
  });

  it('counts a rejection as not yet', async () => {
    const { scheduler, retrier } = setUp();
    let tries = 0;
    await retrier.run('x', async () => {
      tries += 1;
      if (tries === 1) throw new Error('no connection');
      return 'done';
    });
    scheduler.advance(1_000);
    await retrier.whenIdle();
    expect(tries).toBe(2);
  });

  it('never runs two attempts of one name at once, and asked again tries at once instead of later', async () => {
    const { scheduler, retrier } = setUp();
    let atOnce = 0;
    let most = 0;
    let tries = 0;
    const attempt: Attempt = async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      tries += 1;
      await Promise.resolve();
      atOnce -= 1;
      return 'again';
    };
    await Promise.all([retrier.run('x', attempt), retrier.run('x', attempt), retrier.run('x', attempt)]);
    expect({ tries, most, timers: scheduler.pendingCount() }).toEqual({ tries: 3, most: 1, timers: 1 });
  });

  it('runs a bounded number of attempts at once, in order', async () => {
    const { retrier } = setUp();
    const started: string[] = [];
    const gates = new Map<string, () => void>();
    const runs = ['a', 'b', 'c', 'd'].map((name) =>
      retrier.run(name, async () => {
        started.push(name);
        await new Promise<void>((resolve) => gates.set(name, resolve));
        return 'done';
      }),
    );
    await until(() => expect(started).toEqual(['a', 'b']));
    gates.get('b')?.();
    await runs[1];
    await until(() => expect(started).toEqual(['a', 'b', 'c']));
    gates.get('a')?.();
    gates.get('c')?.();
    await until(() => expect(started).toEqual(['a', 'b', 'c', 'd']));
    gates.get('d')?.();
    await Promise.all([...runs, retrier.whenIdle()]);
  });

  it('starts with the first delay after a success', async () => {
    const { scheduler, retrier } = setUp();
    const outcomes = ['again', 'done', 'again'] as const;
    let tries = 0;
    const attempt: Attempt = async () => outcomes[tries++] ?? 'done';
    await retrier.run('x', attempt);
    await retrier.run('x', attempt);
    await retrier.run('x', attempt);
    scheduler.advance(1_000);
    await retrier.whenIdle();
    expect(tries).toBe(4);
  });

  it('stops: waits for what runs, drops what is scheduled or queued, starts nothing more', async () => {
    const { scheduler, retrier } = setUp();
    const { promise: release, resolve } = Promise.withResolvers<void>();
    let tries = 0;
    await retrier.run('waiting', async () => 'again');
    const first = retrier.run('slow', async () => {
      tries += 1;
      await release;
      return 'again';
    });
    await Promise.resolve();
    void retrier.run('slow', async () => {
      tries += 1;
      return 'done';
    });
    const stopped = retrier.stop();
    resolve();
    await Promise.all([first, stopped]);
    await retrier.run('late', async () => {
      tries += 1;
      return 'done';
    });
    expect(tries).toBe(1);
    expect(scheduler.pendingCount()).toBe(0);
  });
});
