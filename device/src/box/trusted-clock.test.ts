import { beforeEach, describe, expect, it } from 'vitest';
import { createTrustedClock, type TrustedClock } from './trusted-clock.ts';

const startMs = Date.UTC(2026, 10, 23, 3);
const hourMs = 3_600_000;
let systemMs: number;
let monotonicMs: number;
let clock: TrustedClock;

/** Both clocks go on; the system's by `ppm` too slowly. */
function pass(ms: number, ppm = 0): void {
  monotonicMs += ms;
  systemMs += ms - (ms * ppm) / 1e6;
}
/** The operator's answer after a round trip of so much, by a clock that is so far ahead of the system's. */
function answer(aheadMs: number, roundTripMs = 10) {
  const askedAtMs = monotonicMs;
  pass(roundTripMs);
  const cloudTimeMs = systemMs - roundTripMs / 2 + aheadMs;
  return clock.takeAnswer({ askedAtMs, answeredAtMs: monotonicMs, cloudTimeMs });
}

beforeEach(() => {
  systemMs = startMs;
  monotonicMs = 5_000;
  clock = createTrustedClock({ nowMs: () => systemMs }, () => monotonicMs);
});

describe('trust', () => {
  it('is nobody’s until somebody vouches for the time', () => {
    expect(clock.isTrusted()).toBe(false);
    expect(clock.view()).toEqual({
      ...{ source: null, driftMs: null, errorMs: null, ratePpm: null, comparedAtMs: null },
      warning: false,
    });
    clock.takeNtp(false);
    expect(clock.isTrusted()).toBe(false);
  });

  it('comes with the operator’s answer, half the round trip being the error', () => {
    expect(answer(90_000, 400)).toBe('taken');
    expect(clock.isTrusted()).toBe(true);
    expect(clock.nowMs()).toBe(systemMs + 90_000);
    expect(clock.view()).toMatchObject({ source: 'operator', driftMs: 90_000, errorMs: 200, warning: true });
  });

  it('comes with NTP, and the operator’s word is kept before it', () => {
    clock.takeNtp(true);
    expect(clock.view().source).toBe('ntp');
    expect(clock.nowMs()).toBe(systemMs);
    answer(300);
    clock.takeNtp(true);
    expect(clock.view().source).toBe('operator');
    clock.takeNtp(false);
    expect(clock.isTrusted()).toBe(true);
  });

  it('goes with NTP', () => {
    clock.takeNtp(true);
    clock.takeNtp(false);
    expect(clock.isTrusted()).toBe(false);
  });

  it('ends with age', () => {
    answer(0);
    pass(36 * hourMs);
    expect(clock.isTrusted()).toBe(true);
    pass(1);
    expect(clock.isTrusted()).toBe(false);
    expect(clock.view().source).toBeNull();
  });

  it('does not come with an answer that took too long or came before its question', () => {
    expect(answer(0, 5_001)).toBe('too-slow');
    expect(clock.takeAnswer({ askedAtMs: 2, answeredAtMs: 1, cloudTimeMs: startMs })).toBe('too-slow');
    expect(clock.isTrusted()).toBe(false);
  });

  it('stays when one answer contradicts it, and follows a second one that says the same', () => {
    answer(0);
    const before = clock.nowMs() - systemMs;
    expect(answer(86_400_000)).toBe('odd');
    expect(clock.nowMs() - systemMs).toBe(before);
    expect(answer(-86_400_000)).toBe('odd');
    expect(answer(0)).toBe('taken');
    expect(answer(86_400_000)).toBe('odd');
    expect(answer(86_400_000)).toBe('taken');
    expect(clock.nowMs()).toBe(systemMs + 86_400_000);
  });
});

describe('a jump of the system clock', () => {
  it.each([3_600_000, -3_600_000])('by %i ms ends trust and moves no time that was trusted', (byMs) => {
    answer(0);
    const told = clock.nowMs();
    systemMs += byMs;
    expect(clock.noticeStep()).toBe(true);
    expect(clock.isTrusted()).toBe(false);
    expect(clock.nowMs()).toBe(told);
    expect(clock.noticeStep()).toBe(false);
    expect(answer(-byMs)).toBe('taken');
    expect(clock.nowMs()).toBe(told + 10);
    expect(clock.view()).toMatchObject({ driftMs: -byMs });
  });

  it('is not seen in the slow drift of a bad crystal', () => {
    answer(0);
    for (let second = 0; second < 3_600; second++) {
      pass(1_000, 300);
      expect(clock.noticeStep()).toBe(false);
    }
    expect(clock.isTrusted()).toBe(true);
  });
});

describe('drift', () => {
  it('is measured against the operator, as offset and as rate, and warned of', () => {
    let driftMs = 0;
    for (let round = 0; round < 12; round++) {
      answer(driftMs);
      pass(600_000);
      driftMs += 0.03 * 600;
    }
    answer(driftMs);
    const view = clock.view();
    expect(view.driftMs).toBe(216);
    expect(view.ratePpm).toBeCloseTo(30, 0);
    expect(view.warning).toBe(false);
    pass(600_000);
    answer(4_000);
    expect(clock.view()).toMatchObject({ driftMs: 4_000, warning: true });
  });
});
