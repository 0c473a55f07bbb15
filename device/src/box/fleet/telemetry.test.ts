import type { TelemetryBody } from '@scanpay/shared/fleet/telemetry.ts';
import { boxWithoutPaper, wellBox } from '@scanpay/shared/testing/telemetry-samples.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import { createTelemetryLoop } from './telemetry.ts';

const intervalMs = 300_000;

function startLoop(options: { chance?: number } = {}) {
  const scheduler = createVirtualScheduler();
  const startMs = scheduler.nowMs();
  const sent: { atMs: number; body: TelemetryBody }[] = [];
  const world = { body: wellBox, intervalMs, failing: false, looks: 0 };
  const loop = createTelemetryLoop({
    scheduler,
    randomBytes: () => Uint8Array.of(options.chance ?? 128),
    intervalMs: () => world.intervalMs,
    collect: async () => {
      world.looks += 1;
      if (world.failing) throw new Error('no such file');
      return world.body;
    },
    send: async (body) => void sent.push({ atMs: scheduler.nowMs() - startMs, body }),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  /** In small steps, so that what is asked for comes back in between. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 500) {
      scheduler.advance(Math.min(500, left));
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    }
  };
  return { loop, sent, world, pass, atMs: () => scheduler.nowMs() - startMs };
}

describe('telemetry', () => {
  it('is sent soon after a connection, and then in its interval', async () => {
    const { loop, sent, pass } = startLoop();
    await pass(60_000);
    expect(sent).toEqual([]);
    loop.linkChanged(true);
    await pass(10_000);
    expect(sent).toHaveLength(1);
    await pass(intervalMs * 3.2);
    expect(sent).toHaveLength(4);
    loop.linkChanged(false);
    await pass(intervalMs * 3);
    expect(sent).toHaveLength(4);
  });

  it('is spread over time as chance has it', async () => {
    const times = await Promise.all(
      [0, 255].map(async (chance) => {
        const { loop, sent, pass } = startLoop({ chance });
        loop.linkChanged(true);
        await pass(intervalMs * 1.3);
        return sent.map(({ atMs }) => atMs);
      }),
    );
    const [early, late] = times as [number[], number[]];
    expect(early[0]).toBeLessThan(1_000);
    expect(late[0]).toBeGreaterThan(9_000);
    expect((early[1] ?? 0) - (early[0] ?? 0)).toBeLessThan(intervalMs * 0.92);
    expect((late[1] ?? 0) - (late[0] ?? 0)).toBeGreaterThan(intervalMs * 1.08);
  });

  it('is sent at once when health changes, and no more often than every ten seconds', async () => {
    const { loop, sent, world, pass } = startLoop();
    loop.linkChanged(true);
    await pass(30_000);
    expect(sent).toHaveLength(1);
    world.body = boxWithoutPaper;
    loop.nudge();
    await pass(3_000);
    expect(sent).toHaveLength(2);
    for (let flap = 0; flap < 40; flap += 1) {
      world.body = flap % 2 === 0 ? wellBox : boxWithoutPaper;
      loop.nudge();
      await pass(1_000);
    }
    expect(sent.length).toBeLessThanOrEqual(2 + 4);
    await pass(20_000);
    // What it ends with is told, too.
    expect(sent.at(-1)?.body).toBe(world.body);
  });

  it('looks for what changes by itself, without being told', async () => {
    const { loop, sent, world, pass } = startLoop();
    loop.linkChanged(true);
    await pass(30_000);
    world.body = { ...wellBox, health: { level: 'warning', problems: [{ part: 'temperature', level: 'warning' }] } };
    await pass(16_000);
    expect(sent).toHaveLength(2);
  });

  it('does not look at the machine at every change', async () => {
    const { loop, world, pass } = startLoop();
    loop.linkChanged(true);
    await pass(30_000);
    const before = world.looks;
    for (let change = 0; change < 60; change += 1) {
      loop.nudge();
      await pass(500);
    }
    expect(world.looks - before).toBeLessThanOrEqual(8);
  });

  it('goes by a shorter interval at once, and on after a look that failed', async () => {
    const { loop, sent, world, pass } = startLoop();
    loop.linkChanged(true);
    await pass(15_000);
    world.failing = true;
    await pass(60_000);
    world.failing = false;
    world.intervalMs = 20_000;
    loop.nudge();
    await pass(25_000);
    expect(sent.length).toBeGreaterThanOrEqual(2);
    loop.stop();
    const count = sent.length;
    await pass(intervalMs);
    expect(sent).toHaveLength(count);
  });
});
