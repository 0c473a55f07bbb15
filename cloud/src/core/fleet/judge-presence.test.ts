import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PresenceState } from '../../ports/fleet-store.ts';
import { judgePresence } from './judge-presence.ts';

const session = (n: number): string => `0190000000${String(n).padStart(2, '0')}`;
const birth = (n: number) => ({ sessionId: session(n), online: true });
const will = (n: number) => ({ sessionId: session(n), online: false });
type Said = ReturnType<typeof birth>;

function hear(said: readonly (Said & { retained?: boolean })[]): PresenceState | undefined {
  let known: PresenceState | undefined;
  said.forEach(({ retained = false, ...each }, index) => {
    known = judgePresence(known, each, { retained, nowMs: index }) ?? known;
  });
  return known;
}

describe('the presence of a box', () => {
  it('begins with whatever is heard first', () => {
    expect(hear([birth(1)])).toMatchObject({ online: true, sinceMs: 0 });
    expect(hear([will(1)])).toMatchObject({ online: false, sinceMs: 0 });
  });

  it('ends with the will of its own session, and not with that of the one before', () => {
    expect(hear([birth(1), will(1)])).toMatchObject({ online: false, sinceMs: 1 });
    expect(hear([birth(1), birth(2), will(1)])).toMatchObject({ online: true, sessionId: session(2), sinceMs: 1 });
  });

  it('does not begin again with a birth of a session that is over', () => {
    expect(hear([birth(1), will(1), birth(1)])).toMatchObject({ online: false, sinceMs: 1 });
    expect(hear([will(2), birth(2)])).toMatchObject({ online: false });
    expect(hear([birth(1), birth(2), birth(1)])).toMatchObject({ online: true, sessionId: session(2) });
  });

  it('ends with the will of a session whose birth nobody heard, if it is a later one', () => {
    expect(hear([birth(2), will(3)])).toMatchObject({ online: false, sessionId: session(3) });
    expect(hear([birth(2), will(1)])).toMatchObject({ online: true, sessionId: session(2) });
  });

  it('takes a birth by a clock that was set back, unless the broker only kept it', () => {
    expect(hear([birth(5), birth(3)])).toMatchObject({ online: true, sessionId: session(3) });
    expect(hear([birth(5), { ...birth(3), retained: true }])).toMatchObject({ sessionId: session(5) });
  });

  it('stays since when it was, however often it is said', () => {
    expect(hear([birth(1), birth(1), birth(1)])).toMatchObject({ sinceMs: 0 });
    expect(hear([birth(1), will(1), will(1)])).toMatchObject({ sinceMs: 1 });
  });

  it('remembers a bounded number of sessions', () => {
    const many = Array.from({ length: 50 }, (_, n) => [birth(n + 1), will(n + 1)]).flat();
    expect(hear(many)?.endedSessions.length).toBeLessThanOrEqual(8);
  });

  it('is that of the last session, however late wills come and however often anything is delivered', () => {
    const flaps = fc.record({
      sessions: fc.integer({ min: 1, max: 8 }),
      endsOffline: fc.boolean(),
      /** How many births later the will of each session comes, and how often each message comes again. */
      delays: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 8, maxLength: 8 }),
      repeats: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 16, maxLength: 16 }),
    });
    fc.assert(
      fc.property(flaps, ({ sessions, endsOffline, delays, repeats }) => {
        const slots: Said[][] = Array.from({ length: sessions + 6 }, () => []);
        for (let n = 1; n <= sessions; n += 1) {
          slots[n]?.unshift(...Array.from({ length: repeats[n] ?? 1 }, () => birth(n)));
          const isLast = n === sessions;
          if (isLast && !endsOffline) continue;
          // The will of the last session comes after its birth, that of an earlier one before or after later births.
          slots[n + (delays[n - 1] ?? 0)]?.push(...Array.from({ length: repeats[n + 7] ?? 1 }, () => will(n)));
        }
        const known = hear(slots.flat());
        expect(known).toMatchObject({ sessionId: session(sessions), online: !endsOffline });
      }),
    );
  });
});
