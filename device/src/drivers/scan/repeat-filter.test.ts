import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import { createRepeatFilter } from './repeat-filter.ts';

describe('createRepeatFilter', () => {
  it('ignores a second trigger within the window, and takes a later one', () => {
    const clock = createVirtualScheduler();
    const filter = createRepeatFilter({ clock, windowMs: 1000 });
    expect(filter.isRepeat('a', 'discrete')).toBe(false);
    clock.advance(600);
    expect(filter.isRepeat('a', 'discrete')).toBe(true);
    expect(filter.isRepeat('b', 'discrete')).toBe(false);
    clock.advance(1000);
    expect(filter.isRepeat('a', 'discrete')).toBe(false);
  });

  it('takes a code in view of a camera once, until it was out of view for the window', () => {
    const clock = createVirtualScheduler();
    const filter = createRepeatFilter({ clock, windowMs: 1000 });
    const sightings = Array.from({ length: 20 }, () => {
      clock.advance(300);
      return filter.isRepeat('a', 'continuous');
    });
    expect(sightings).toEqual([false, ...Array<boolean>(19).fill(true)]);
    clock.advance(1000);
    expect(filter.isRepeat('a', 'continuous')).toBe(false);
  });

  it('takes a code held before a scanner that reads all the time once, until it was taken away', () => {
    const clock = createVirtualScheduler();
    const filter = createRepeatFilter({ clock, windowMs: 1500 });
    const reads = Array.from({ length: 20 }, () => {
      clock.advance(1050);
      return filter.isRepeat('a', 'discrete');
    });
    expect(reads).toEqual([false, ...Array<boolean>(19).fill(true)]);
    clock.advance(1250);
    expect(filter.isRepeat('a', 'discrete')).toBe(false);
  });

  it('never takes one coupon for another, nor a coupon shown again for the next sale', () => {
    const clock = createVirtualScheduler();
    const filter = createRepeatFilter({ clock, windowMs: 1500 });
    for (const text of ['a', 'b', 'c', 'd']) expect(filter.isRepeat(text, 'discrete')).toBe(false);
    clock.advance(1500);
    expect(filter.isRepeat('a', 'discrete')).toBe(false);
    clock.advance(1500);
    expect(filter.isRepeat('a', 'discrete')).toBe(false);
  });

  it('is not silenced by a clock that is set back', () => {
    const clock = createVirtualScheduler();
    const filter = createRepeatFilter({ clock, windowMs: 1000 });
    filter.isRepeat('a', 'discrete');
    clock.setWallClock(clock.nowMs() - 3_600_000);
    expect(filter.isRepeat('a', 'discrete')).toBe(false);
    expect(filter.isRepeat('a', 'discrete')).toBe(true);
  });

  it('remembers a bounded number of texts, the latest', () => {
    const clock = createVirtualScheduler();
    const filter = createRepeatFilter({ clock, windowMs: 1000 });
    for (let index = 0; index <= 32; index += 1) filter.isRepeat(`text ${index}`, 'discrete');
    expect(filter.isRepeat('text 32', 'discrete')).toBe(true);
    expect(filter.isRepeat('text 1', 'discrete')).toBe(true);
    expect(filter.isRepeat('text 0', 'discrete')).toBe(false);
  });
});
