import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import type { ByteStream, ByteStreamListener } from './byte-stream.ts';
import { createConnection } from './connection.ts';

const timing = { openTimeoutMs: 5_000, firstRetryMs: 100, longestRetryMs: 1_000, closeTimeoutMs: 2_000 };
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Attempt {
  atMs: number;
  listener: ByteStreamListener;
  signal: AbortSignal;
  succeed(stream?: Partial<ByteStream>): void;
  fail(message: string): void;
}

function setUp() {
  const scheduler = createVirtualScheduler(0);
  const attempts: Attempt[] = [];
  const discarded: number[] = [];
  let lost = 0;
  const connection = createConnection({
    scheduler,
    timing,
    onBytes: () => {},
    onLost: () => {
      lost += 1;
    },
    open: (listener, signal) =>
      new Promise((resolve, reject) => {
        const index = attempts.length;
        const stream: ByteStream = {
          write: async () => {},
          close: async () => {},
          async discard() {
            discarded.push(index);
          },
        };
        attempts.push({
          atMs: scheduler.nowMs(),
          listener,
          signal,
          succeed: (changed) => resolve({ ...stream, ...changed }),
          fail: (message) => reject(new Error(message)),
        });
      }),
  });
  return { scheduler, attempts, discarded, connection, lostCount: () => lost };
}

describe('connection', () => {
  it('does nothing before it is started', () => {
    const { attempts } = setUp();
    expect(attempts).toEqual([]);
  });

  it('tries again after 100, 200, 400, 800 and from then on 1000 ms', async () => {
    const { connection, attempts, scheduler } = setUp();
    connection.start();
    for (const delayMs of [100, 200, 400, 800, 1_000, 1_000]) {
      const before = attempts.length;
      attempts.at(-1)?.fail('refused');
      await turn();
      scheduler.advance(delayMs - 1);
      await turn();
      expect(attempts).toHaveLength(before);
      scheduler.advance(1);
      await turn();
      expect(attempts).toHaveLength(before + 1);
    }
    expect(connection.lastProblem()).toBe('refused');
    await stopHanging(connection, attempts);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('starts with the shortest delay again only once the printer has answered', async () => {
    const { connection, attempts, scheduler } = setUp();
    connection.start();
    attempts[0]!.succeed();
    await turn();
    // Accepts and hangs up, as a printer busy with another host.
    attempts[0]!.listener.onClose('busy');
    scheduler.advance(100);
    await turn();
    attempts[1]!.succeed();
    await turn();
    attempts[1]!.listener.onClose('busy');
    scheduler.advance(199);
    await turn();
    expect(attempts).toHaveLength(2);
    scheduler.advance(1);
    await turn();
    attempts[2]!.succeed();
    await turn();
    connection.proven();
    attempts[2]!.listener.onClose('unplugged');
    scheduler.advance(100);
    await turn();
    expect(attempts).toHaveLength(4);
    await stopHanging(connection, attempts);
  });

  it('gives up an attempt that takes too long', async () => {
    const { connection, attempts, scheduler } = setUp();
    connection.start();
    scheduler.advance(5_000);
    await turn();
    expect(attempts[0]!.signal.aborted).toBe(true);
    expect(connection.lastProblem()).toBe('no connection in time');
    scheduler.advance(100);
    await turn();
    expect(attempts).toHaveLength(2);
    await stopHanging(connection, attempts);
  });

  it('hands the line to all who wait, and forgets who waited in vain', async () => {
    const { connection, attempts, scheduler } = setUp();
    connection.start();
    const impatient = connection.ready(10);
    const patient = connection.ready(1_000);
    scheduler.advance(10);
    expect(await impatient).toBeUndefined();
    attempts[0]!.succeed();
    expect(await patient).toBeDefined();
    expect(scheduler.pendingCount()).toBe(0);
    await connection.stop();
  });

  it('opens again only after a discarded line is closed, and hears nothing of it any more', async () => {
    const { connection, attempts, scheduler, lostCount } = setUp();
    connection.start();
    let release = () => {};
    attempts[0]!.succeed({
      discard: () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    });
    await turn();
    connection.reset('no answer');
    expect(lostCount()).toBe(1);
    attempts[0]!.listener.onClose('late');
    scheduler.advance(100);
    await turn();
    expect(attempts).toHaveLength(1);
    release();
    await turn();
    expect(attempts).toHaveLength(2);
    expect(connection.lastProblem()).toBe('no answer');
    await stopHanging(connection, attempts);
  });

  it('does not wait for ever for a line that will not close', async () => {
    const { connection, attempts, scheduler, discarded } = setUp();
    connection.start();
    attempts[0]!.succeed({ close: () => new Promise(() => {}) });
    await turn();
    const stopped = connection.stop();
    await turn();
    scheduler.advance(2_000);
    await stopped;
    expect(discarded).toEqual([0]);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('discards a line that opens after the stop', async () => {
    const { connection, attempts, discarded, scheduler } = setUp();
    connection.start();
    const stopped = connection.stop();
    attempts[0]!.succeed();
    await stopped;
    expect(discarded).toEqual([0]);
    expect(await connection.ready(100)).toBeUndefined();
    expect(scheduler.pendingCount()).toBe(0);
  });
});

/** Stops while an attempt is open, as a driver that honours the signal does. */
async function stopHanging(connection: { stop(): Promise<void> }, attempts: Attempt[]): Promise<void> {
  const stopped = connection.stop();
  attempts.at(-1)?.fail('given up');
  await stopped;
}
