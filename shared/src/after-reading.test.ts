import { setTimeout as pause } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { afterReading } from './after-reading.ts';
import { systemScheduler } from './system/system-scheduler.ts';
import { createVirtualScheduler } from './testing/virtual-scheduler.ts';

/** Neither timers nor sockets of this process get a turn. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('afterReading', () => {
  it('runs the task at its time, once, and leaves no timer', () => {
    const scheduler = createVirtualScheduler();
    let runs = 0;
    afterReading(scheduler, 200, () => {
      runs += 1;
    });
    scheduler.advance(199);
    expect(runs).toBe(0);
    scheduler.advance(1);
    expect([runs, scheduler.pendingCount()]).toEqual([1, 0]);
  });

  it.each([0, 100, 175, 199])('is cancelled in either step: after %i ms', (ms) => {
    const scheduler = createVirtualScheduler();
    const cancel = afterReading(scheduler, 200, () => expect.unreachable());
    scheduler.advance(ms);
    cancel();
    scheduler.advance(1_000);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('lets a process that stood still past the deadline read first', async () => {
    const { port1, port2 } = new MessageChannel();
    const seen: string[] = [];
    const over = Promise.withResolvers<void>();
    const cancel = afterReading(systemScheduler, 100, () => over.resolve(void seen.push('given up')));
    port2.on('message', () => {
      seen.push('read');
      cancel();
      over.resolve();
    });
    await pause(1);
    port1.postMessage('here');
    standStill(300);
    await over.promise;
    port2.close();
    expect(seen).toEqual(['read']);
  });
});
