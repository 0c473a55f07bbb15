import { describe, expect, it } from 'vitest';
import { createVirtualScheduler } from './virtual-scheduler.ts';

describe('createVirtualScheduler', () => {
  it('runs tasks in order of due time, then of registration, at their own time', () => {
    const scheduler = createVirtualScheduler(1000);
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name}@${scheduler.nowMs()}`);
    scheduler.after(20, note('late'));
    scheduler.after(10, note('first'));
    scheduler.after(10, note('second'));
    scheduler.advance(9);
    expect(ran).toEqual([]);
    scheduler.advance(11);
    expect(ran).toEqual(['first@1010', 'second@1010', 'late@1020']);
    expect(scheduler.nowMs()).toBe(1020);
  });

  it('runs what a task adds within the same stretch, and not what was cancelled', () => {
    const scheduler = createVirtualScheduler(0);
    const ran: number[] = [];
    const tick = (): void => {
      ran.push(scheduler.nowMs());
      scheduler.after(100, tick);
    };
    scheduler.after(100, tick);
    const cancel = scheduler.after(150, () => ran.push(-1));
    cancel();
    scheduler.advance(350);
    expect(ran).toEqual([100, 200, 300]);
    expect(scheduler.pendingCount()).toBe(1);
  });

  it('keeps the remaining delay of timers when the wall clock is set', () => {
    const scheduler = createVirtualScheduler(5000);
    let ranAtMs = -1;
    scheduler.after(100, () => {
      ranAtMs = scheduler.nowMs();
    });
    scheduler.setWallClock(0);
    scheduler.advance(99);
    expect(ranAtMs).toBe(-1);
    scheduler.advance(1);
    expect(ranAtMs).toBe(100);
  });

  it('fails on a loop without delay and on a delay that is none', () => {
    const scheduler = createVirtualScheduler();
    const spin = (): void => {
      scheduler.after(0, spin);
    };
    spin();
    expect(() => scheduler.advance(1)).toThrow(/more than 100000 tasks/);
    expect(() => scheduler.after(Number.NaN, () => {})).toThrow(RangeError);
  });
});
