import { describe, expect, it } from 'vitest';
import { createTokenBuckets } from './token-buckets.ts';

function make(maxKeys = 100) {
  const clock = { ms: 0, nowMs: () => clock.ms };
  return { clock, buckets: createTokenBuckets({ clock, capacity: 3, refillMs: 1_000, maxKeys }) };
}
const takeAll = (buckets: ReturnType<typeof make>['buckets'], key: string) => {
  let count = 0;
  while (buckets.take(key)) count += 1;
  return count;
};

describe('token buckets', () => {
  it('give so many at once, then one for each interval, never more than the first', () => {
    const { clock, buckets } = make();
    expect(takeAll(buckets, 'a')).toBe(3);
    clock.ms = 999;
    expect(buckets.take('a')).toBe(false);
    clock.ms = 1_000;
    expect(takeAll(buckets, 'a')).toBe(1);
    clock.ms = 1_000_000;
    expect(takeAll(buckets, 'a')).toBe(3);
  });

  it('say whether one is left without taking it, each key on its own', () => {
    const { buckets } = make();
    expect(buckets.has('a')).toBe(true);
    takeAll(buckets, 'a');
    expect(buckets.has('a')).toBe(false);
    expect(buckets.has('b')).toBe(true);
  });

  it('forget the key that spent longest ago when there are too many', () => {
    const { buckets } = make(2);
    takeAll(buckets, 'a');
    takeAll(buckets, 'b');
    takeAll(buckets, 'c');
    expect([buckets.has('c'), buckets.has('b'), buckets.has('a')]).toEqual([false, false, true]);
  });
});
