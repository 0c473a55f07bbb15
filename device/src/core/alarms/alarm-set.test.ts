import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlarmSet, stepAlarms, toAlarmSet } from './alarm-set.ts';
import type { Reading } from './conditions.ts';

const hold = { raiseAfterMs: 100, clearAfterMs: 50 };
const play = (set: AlarmSet, readings: readonly (readonly [number, Reading])[]) =>
  readings.reduce(
    ({ set: before, changes }, [atMs, reading]) => {
      const step = stepAlarms(before, new Map([['x', reading]]), { nowMs: 1_000 + atMs, monotonicMs: atMs, ...hold });
      return { set: step.set, changes: changes + (step.changed ? 1 : 0) };
    },
    { set, changes: 0 },
  );
const none = toAlarmSet([]);

describe('stepAlarms', () => {
  it('raises what lasts, once, with its first moment and detail', () => {
    const { set, changes } = play(none, [
      [0, 'a'],
      [60, 'b'],
      [100, 'c'],
      [200, 'd'],
    ]);
    expect([...set.open.values()]).toEqual([{ code: 'x', raisedAtMs: 1_100, count: 1, detail: 'c' }]);
    expect(changes).toBe(1);
  });

  it('does not raise what comes and goes', () => {
    const { set, changes } = play(none, [
      [0, 'a'],
      [90, null],
      [95, 'a'],
      [190, 'a'],
    ]);
    expect([set.open.size, changes]).toEqual([0, 0]);
  });

  it('counts what comes back before it is over, and clears what stays away', () => {
    const open = toAlarmSet([{ code: 'x', raisedAtMs: 1, count: 1, detail: '' }]);
    const back = play(open, [
      [0, null],
      [49, 'a'],
      [60, 'a'],
    ]);
    expect(back.set.open.get('x')?.count).toBe(2);
    const gone = play(back.set, [
      [70, null],
      [119, null],
    ]);
    expect(gone.set.open.size).toBe(1);
    expect(play(gone.set, [[120, null]]).set.open.size).toBe(0);
  });

  it('leaves as it is what nobody can tell', () => {
    const open = toAlarmSet([{ code: 'x', raisedAtMs: 1, count: 1, detail: '' }]);
    expect(
      play(open, [
        [0, undefined],
        [9_000, undefined],
      ]).set.open.size,
    ).toBe(1);
    expect(
      play(none, [
        [0, undefined],
        [9_000, undefined],
      ]).set.open.size,
    ).toBe(0);
  });

  it('never opens before the holding time nor closes before it, whatever is read', () => {
    const reading = fc.oneof(fc.constant('a'), fc.constant(null), fc.constant(undefined));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 80 }), reading), { maxLength: 60 }), (steps) => {
        let set = none;
        let atMs = 0;
        let sinceMs = 0;
        let last: Reading = null;
        for (const [gapMs, read] of steps) {
          atMs += gapMs;
          if (read !== undefined && read !== last) {
            sinceMs = atMs;
            last = read;
          }
          const wasOpen = set.open.has('x');
          ({ set } = stepAlarms(set, new Map([['x', read]]), { nowMs: atMs, monotonicMs: atMs, ...hold }));
          const isOpen = set.open.has('x');
          if (isOpen && !wasOpen) expect([last, atMs - sinceMs >= hold.raiseAfterMs]).toEqual(['a', true]);
          if (wasOpen && !isOpen) expect([last, atMs - sinceMs >= hold.clearAfterMs]).toEqual([null, true]);
        }
      }),
    );
  });
});
