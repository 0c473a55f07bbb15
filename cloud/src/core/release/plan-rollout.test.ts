import type { DeviceId } from '@scanpay/shared/ids.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attempt, AttemptState, DeviceRelease, Rollout } from '../../ports/release-store.ts';
import { chooseBoxes, isTooBad, planRollout, shareOf } from './plan-rollout.ts';

const minuteMs = 60_000;
const rollout: Rollout = {
  ...{
    rolloutId: 'r-1',
    version: '1.10.0',
    groups: null,
    percent: 100,
    atOnce: 3,
    maxFailedPercent: 20,
    maxFailures: 4,
  },
  ...{ state: 'running', createdAtMs: 0, updatedAtMs: 0 },
};
const boxOf = (n: number, differing: Partial<DeviceRelease> = {}): DeviceRelease => ({
  ...{ deviceId: `box-${n}` as DeviceId, version: '1.9.0', arch: 'arm64', group: null, reportedAtMs: 0 },
  ...differing,
});
const boxes = Array.from({ length: 2_000 }, (_, n) => boxOf(n));
const attemptOf = (n: number, state: AttemptState, differing: Partial<Attempt> = {}): Attempt => ({
  ...{ deviceId: `box-${n}` as DeviceId, state, code: null, detail: '', toldAtMs: 0, updatedAtMs: 0 },
  ...differing,
});
const attemptsOf = (counts: Partial<Record<AttemptState, number>>): Attempt[] =>
  Object.entries(counts).flatMap(([state, count]) =>
    Array.from({ length: count }, (_, n) => attemptOf(n, state as AttemptState)),
  );

describe('the boxes of a rollout', () => {
  it('are those with an older release, of its groups, on a machine it is there for', () => {
    const fleet = [
      boxOf(1),
      boxOf(2, { version: '1.10.0' }),
      boxOf(3, { version: '1.11.0', group: 'pilot' }),
      boxOf(4, { arch: 'amd64', group: 'pilot' }),
      boxOf(5, { version: '1.2.0', group: 'pilot' }),
    ];
    expect(chooseBoxes(rollout, fleet, ['arm64'])).toEqual(['box-1', 'box-5']);
    expect(chooseBoxes({ ...rollout, groups: ['pilot'] }, fleet, ['arm64'])).toEqual(['box-5']);
    expect(chooseBoxes({ ...rollout, groups: ['south'] }, fleet, ['arm64', 'amd64'])).toEqual([]);
    expect(chooseBoxes(rollout, fleet, [])).toEqual([]);
  });

  it('grow with the percentage: who is among five in a hundred is among twenty, too', () => {
    const at = (percent: number) => new Set(chooseBoxes({ ...rollout, percent }, boxes, ['arm64']));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }), (a, b) => {
        const [few, many] = [at(Math.min(a, b)), at(Math.max(a, b))];
        return [...few].every((box) => many.has(box));
      }),
      { numRuns: 20 },
    );
    expect(at(100).size).toBe(2_000);
    expect(at(5).size).toBeGreaterThan(60);
    expect(at(5).size).toBeLessThan(140);
    const others = boxes.filter(({ deviceId }) => shareOf('r-2', deviceId) < 5);
    expect(others.some(({ deviceId }) => !at(5).has(deviceId))).toBe(true);
  });
});

describe('a running rollout', () => {
  const chosen = boxes.slice(0, 10).map(({ deviceId }) => deviceId);
  const plan = (attempts: Attempt[], nowMs = minuteMs) => planRollout(rollout, { chosen, attempts }, nowMs);

  it('has so many boxes under way at once, and tells each once', () => {
    expect(plan([]).tell).toEqual(['box-0', 'box-1', 'box-2']);
    const underWay = [attemptOf(0, 'confirmed'), attemptOf(1, 'downloading'), attemptOf(2, 'told')];
    expect(plan(underWay).tell).toEqual(['box-3']);
    expect(plan(chosen.map((_, n) => attemptOf(n, 'confirmed'))).tell).toEqual([]);
  });

  it('does not wait for boxes that are away', () => {
    const told = [0, 1, 2].map((n) => attemptOf(n, 'told'));
    expect(plan(told, 9 * minuteMs).tell).toEqual([]);
    expect(plan(told, 10 * minuteMs).tell).toEqual(['box-3', 'box-4', 'box-5']);
  });

  it('takes a box for failed that changed over and fell silent', () => {
    const switched = [attemptOf(0, 'switched', { updatedAtMs: minuteMs })];
    expect(plan(switched, 30 * minuteMs)).toMatchObject({ silent: [], tell: ['box-1', 'box-2'] });
    expect(plan(switched, 31 * minuteMs)).toMatchObject({ silent: ['box-0'], halt: false });
    const slow = [attemptOf(0, 'downloading', { updatedAtMs: minuteMs })];
    expect(plan(slow, 31 * minuteMs).silent).toEqual([]);
    const four = [0, 1, 2, 3].map((n) => attemptOf(n, 'switched'));
    expect(plan(four, 30 * minuteMs)).toMatchObject({ halt: true, tell: [] });
  });

  it.each([
    ['by number', { 'rolled-back': 3, failed: 1 }, true],
    ['not below it', { 'rolled-back': 2, failed: 1, confirmed: 100 }, false],
    ['by share', { failed: 2, confirmed: 7 }, true],
    ['not at the share itself', { failed: 2, confirmed: 8 }, false],
    ['not by the share of a few', { failed: 1, confirmed: 3 }, false],
    ['not by those under way', { failed: 1, confirmed: 1, switched: 50, told: 50 }, false],
  ])('is halted %s', (_how, counts, expected) => {
    expect(isTooBad(rollout, attemptsOf(counts))).toBe(expected);
    expect(plan(attemptsOf(counts)).halt).toBe(expected);
  });
});
