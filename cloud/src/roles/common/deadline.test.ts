import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import { withinDeadline } from './deadline.ts';

describe('withinDeadline', () => {
  it('gives the result, or the failure, and leaves no timer', async () => {
    const scheduler = createVirtualScheduler();
    expect(await withinDeadline(scheduler, Promise.resolve(7), 100)).toBe(7);
    await expect(withinDeadline(scheduler, Promise.reject(new Error('no')), 100)).rejects.toThrow('no');
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('gives nothing after the deadline, and a late failure hurts nobody', async () => {
    const scheduler = createVirtualScheduler();
    const { promise, reject } = Promise.withResolvers<number>();
    const waiting = withinDeadline(scheduler, promise, 100);
    scheduler.advance(100);
    expect(await waiting).toBeUndefined();
    reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
