import { describe, expect, it } from 'vitest';
import { median, percentile, spreadOf } from './percentiles.ts';

const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe('percentile', () => {
  it('takes the nearest rank, whatever the order', () => {
    expect(percentile(oneToHundred, 0.5)).toBe(50);
    expect(percentile(oneToHundred, 0.99)).toBe(99);
    expect(percentile(oneToHundred, 1)).toBe(100);
    expect(percentile(oneToHundred, 0)).toBe(1);
  });

  it('invents no value between two samples', () => {
    expect(median([1, 2])).toBe(1);
    expect(median([3, 1, 2])).toBe(2);
  });

  it('leaves its samples as they are, and says nothing of none', () => {
    const samples = [3, 1, 2];
    expect(spreadOf(samples)).toEqual({ count: 3, p50: 2, p99: 3 });
    expect(samples).toEqual([3, 1, 2]);
    expect(median([])).toBeNaN();
  });
});
