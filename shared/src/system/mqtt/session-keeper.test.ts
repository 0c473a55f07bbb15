import { describe, expect, it, vi } from 'vitest';
import { ScanPayError } from '../../errors.ts';
import { createVirtualScheduler } from '../../testing/virtual-scheduler.ts';
import type { MqttSession } from './mqtt-session.ts';
import { createSessionKeeper } from './session-keeper.ts';

function createFakeSession() {
  const end = Promise.withResolvers<string>();
  const session: MqttSession = {
    ended: end.promise,
    cut: (reason) => end.resolve(reason),
    close: async () => end.resolve('closed'),
    publish: () => Promise.resolve(true),
    subscribe: () => Promise.resolve(),
  };
  return session;
}

function setUp(prepare: (session: MqttSession) => Promise<void> = () => Promise.resolve()) {
  const scheduler = createVirtualScheduler();
  const sessions: MqttSession[] = [];
  const refusals: Error[] = [];
  const attemptsAtMs: number[] = [];
  const states: boolean[] = [];
  const problems: string[] = [];
  const startMs = scheduler.nowMs();
  const keeper = createSessionKeeper({
    async connect() {
      attemptsAtMs.push(scheduler.nowMs() - startMs);
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
      const session = createFakeSession();
      sessions.push(session);
      return session;
    },
    prepare,
    policy: { firstDelayMs: 500, longestDelayMs: 4000 },
    scheduler,
    randomBytes: () => Uint8Array.of(0, 0),
    onState: (connected) => states.push(connected),
    onProblem: (detail) => problems.push(detail),
  });
  /** Lets promises settle between one millisecond and the next. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) {
      await vi.waitFor(() => expect(scheduler.pendingCount()).toBeGreaterThan(0), { interval: 0, timeout: 20_000 });
      scheduler.advance(50);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
  };
  return { scheduler, keeper, sessions, refusals, attemptsAtMs, states, problems, pass };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('createSessionKeeper', () => {
  it('waits longer from attempt to attempt, up to the longest delay', async () => {
    const { keeper, refusals, attemptsAtMs, problems, states, pass } = setUp();
    for (let count = 0; count < 6; count += 1)
      refusals.push(new ScanPayError('upstream_unavailable', `refusal ${count}`));
    keeper.start();
    await settle();
    await pass(10_000);
    const gaps = attemptsAtMs.slice(1).map((atMs, index) => atMs - attemptsAtMs[index]!);
    expect(gaps).toEqual([250, 500, 1000, 2000, 2000, 2000]);
    expect(problems).toHaveLength(6);
    expect(problems[0]).toBe('upstream_unavailable: refusal 0');
    expect(states).toEqual([true]);
  });

  it('does not hurry back when sessions are cut as soon as they are up, as with two boxes of one id', async () => {
    const { keeper, sessions, attemptsAtMs, states, pass } = setUp();
    keeper.start();
    for (let count = 0; count < 4; count += 1) {
      await settle();
      sessions[count]?.cut('taken over');
      await settle();
      await pass([250, 500, 1000, 2000][count]!);
    }
    expect(attemptsAtMs).toEqual([0, 250, 750, 1750, 3750]);
    expect(states).toEqual([true, false, true, false, true, false, true, false, true]);
  });

  it('hurries back after a session that lasted', async () => {
    const { keeper, sessions, refusals, attemptsAtMs, pass } = setUp();
    refusals.push(new Error('1'), new Error('2'), new Error('3'));
    keeper.start();
    await settle();
    await pass(1750);
    expect(sessions).toHaveLength(1);
    await pass(10_000);
    sessions[0]?.cut('lost');
    await settle();
    await pass(250);
    expect(attemptsAtMs).toEqual([0, 250, 750, 1750, 12_000]);
  });

  it('does not announce a session that could not be made ready', async () => {
    const { keeper, sessions, states, problems } = setUp(() => Promise.reject(new Error('not granted')));
    keeper.start();
    await settle();
    expect(await sessions[0]?.ended).toBe('not usable');
    expect({ states, problems, current: keeper.current() }).toEqual({
      states: [],
      problems: ['not granted'],
      current: undefined,
    });
  });

  it('goes over to another session without a word, and lets the one before go', async () => {
    const { keeper, sessions, states, problems } = setUp();
    keeper.renew();
    keeper.start();
    await settle();
    keeper.renew();
    keeper.renew();
    await settle();
    expect(sessions).toHaveLength(2);
    expect(keeper.current()).toBe(sessions[1]);
    expect(await sessions[0]?.ended).toBe('another took its place');
    expect([states, problems]).toEqual([[true, true], []]);
    await keeper.stop((session) => session.close(1_000));
    expect(states).toEqual([true, true, false]);
  });

  it('keeps the session it has when there is no other, and says so when it has none any more', async () => {
    const gate = Promise.withResolvers<void>();
    let count = 0;
    const { keeper, sessions, refusals, states, problems, pass } = setUp(() => {
      count += 1;
      return count === 2 ? gate.promise : Promise.resolve();
    });
    keeper.start();
    await settle();
    refusals.push(new ScanPayError('upstream_unavailable', 'refused'));
    keeper.renew();
    await settle();
    expect([keeper.current(), states]).toEqual([sessions[0], [true]]);
    keeper.renew();
    await settle();
    sessions[0]?.cut('the broker ended it');
    await settle();
    // Whether there is another will be known in a moment.
    expect([keeper.current(), states]).toEqual([undefined, [true]]);
    gate.reject(new Error('not let in'));
    await settle();
    expect(states).toEqual([true, false]);
    expect(problems).toEqual(['upstream_unavailable: refused', 'not let in', 'the broker ended it']);
    await pass(500);
    expect([keeper.current(), states]).toEqual([sessions[2], [true, false, true]]);
    keeper.renew();
    await keeper.stop((session) => session.close(1_000));
    expect(states).toEqual([true, false, true, false]);
  });

  it('stops in every phase, and leaves no timer', async () => {
    const waiting = setUp();
    waiting.refusals.push(new Error('away'));
    waiting.keeper.start();
    await settle();
    await waiting.keeper.stop(() => Promise.reject(new Error('there is no session')));
    expect(waiting.scheduler.pendingCount()).toBe(0);

    const preparing = setUp((session) => session.ended.then(() => Promise.reject(new Error('cut'))));
    preparing.keeper.start();
    await settle();
    await preparing.keeper.stop(() => Promise.reject(new Error('there is no session')));
    expect(preparing.states).toEqual([]);
    expect(preparing.problems).toEqual([]);

    const up = setUp();
    up.keeper.start();
    await settle();
    await up.keeper.stop((session) => session.close(1000));
    expect(up.states).toEqual([true, false]);
    expect(up.problems).toEqual([]);
    expect(up.scheduler.pendingCount()).toBe(0);
    up.keeper.start();
    await settle();
    expect(up.states).toEqual([true, false, true]);
  });
});
