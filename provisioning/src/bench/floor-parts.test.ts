import { describe, expect, it } from 'vitest';
import { addSamples, type FloorSample, floorOf, saleCommits, saleSteps } from './floor-parts.ts';

const sample = (mqtt: number, commits: number): FloorSample => ({
  mqtt,
  commits,
  signatures: 3,
  verifications: 4,
  'card box': 1,
});

describe('floorOf', () => {
  it('adds the median of each part, though no one pass had them all', () => {
    const floor = floorOf([sample(10, 300), sample(20, 100), sample(30, 200)]);
    expect(floor.parts).toEqual({ mqtt: 20, commits: 200, signatures: 3, verifications: 4, 'card box': 1 });
    expect(floor.p50).toBe(228);
  });

  it('takes the 99th percentile of whole passes', () => {
    expect(floorOf([sample(10, 300), sample(20, 100), sample(30, 200)]).p99).toBe(318);
  });
});

describe('addSamples', () => {
  it('adds kind by kind', () => {
    expect(addSamples(sample(10, 100), sample(0, 200))).toEqual({
      mqtt: 10,
      commits: 300,
      signatures: 6,
      verifications: 8,
      'card box': 2,
    });
  });
});

describe('saleSteps', () => {
  const steps = [...saleSteps.boxRequest, ...saleSteps.cloud, ...saleSteps.boxResult];

  it('holds every commit of a sale once, in order', () => {
    const commits = steps.flatMap((step) => (step.do === 'commit' ? [step.commit] : []));
    expect(commits).toEqual([...saleCommits]);
    const books = commits.map((commit) => commit.book);
    expect(books).toEqual(['box', 'operator', 'pg', 'card', 'pg', 'operator', 'box']);
  });

  it('has every signature made, and what the box and the operator take verified, before it is acted on', () => {
    const named = (kind: 'sign' | 'verify') => steps.flatMap((step) => (step.do === kind ? [step.what] : []));
    expect(named('sign')).toEqual(['request', 'evidence', 'result']);
    expect(named('verify')).toEqual(['coupon', 'request', 'coupon', 'result']);
    expect(steps.filter((step) => step.do === 'open-card-box')).toHaveLength(1);
  });
});
