import { describe, expect, it } from 'vitest';
import { findGrowth, type Sample } from './box-facts.ts';

/** As many samples as a long run has; each fact as given for its number. */
const samplesOf = (facts: (index: number) => Partial<Sample>, count = 60): Sample[] =>
  Array.from({ length: count }, (_, index) => ({
    scans: index * 1_000,
    rssBytes: 130e6 + (index % 5) * 1e6,
    heapBytes: 30e6 + (index % 3) * 1e5,
    externalBytes: 3e6,
    descriptors: 40 + (index % 2) + (index > 30 ? 1 : 0),
    resources: 12,
    ...facts(index),
  }));

describe('growth of a box', () => {
  it('is none where figures go up and down', () => {
    expect(findGrowth(samplesOf(() => ({})))).toEqual([]);
  });
  it('is none where caches fill at the beginning only', () => {
    expect(findGrowth(samplesOf((index) => ({ heapBytes: 30e6 + Math.min(index, 10) * 1e6 })))).toEqual([]);
  });
  it.each([
    ['heapBytes', (index: number) => ({ heapBytes: 30e6 + index * 60_000 })],
    ['externalBytes', (index: number) => ({ externalBytes: 3e6 + index * 60_000 })],
    ['rssBytes', (index: number) => ({ rssBytes: 130e6 + index * 250_000 })],
    ['descriptors', (index: number) => ({ descriptors: 40 + Math.floor(index / 10) })],
    ['resources', (index: number) => ({ resources: 12 + Math.floor(index / 10) })],
  ])('is told of %s that rise all the time', (name, facts) => {
    expect(findGrowth(samplesOf(facts)).join()).toContain(name);
  });
  it('is not judged in a short run', () => {
    expect(findGrowth(samplesOf((index) => ({ descriptors: index * 10 }), 16))).toEqual([]);
  });
});
