import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { maxTrialStarts } from '../core/update/phases.ts';
import { type Behaviour, makeManifest, packFiles } from './testing/make-release.ts';
import { startReleaseServer } from './testing/release-server.ts';
import { createUpdateBench, type UpdateBench } from './testing/update-bench.ts';

const timeout = 400_000;
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 120_000, interval: 20 });
const rolloutId = '01900000-0000-7000-8000-000000000001';
/** Every second step, or every one with `UPDATE_CUT_STRIDE=1`: one after the other they take minutes. */
const stride = Number(process.env.UPDATE_CUT_STRIDE ?? 2);
/** Walks at the same time: more would only wait for each other. */
const lanes = 3;

interface Walked {
  step: number;
  phase: string | undefined;
  code: string | null | undefined;
  current: string;
  confirmed: string;
  lastNote: string | undefined;
}

async function withBench<T>(
  behaviour: Behaviour,
  trialMs: number,
  walk: (bench: UpdateBench) => Promise<T>,
): Promise<T> {
  const bench = createUpdateBench({ limits: { trialMs } });
  const file = join(bench.folder, 'release.tar.gz');
  const artifact = packFiles(file, bench.files('1.1.0', behaviour));
  const server = await startReleaseServer(file);
  bench.request({ rolloutId, manifestJws: await makeManifest('1.1.0', artifact, bench.key.signer), url: server.url });
  try {
    return await walk(bench);
  } finally {
    await bench.cutPower();
    await server.stop();
    bench.remove();
  }
}

const countSteps = (behaviour: Behaviour, trialMs: number): Promise<number> =>
  withBench(behaviour, trialMs, async (bench) => {
    await bench.boot();
    await until(() => expect(bench.isOver()).toBe(true));
    return bench.stepsTaken();
  });

/** The power fails at this step of the updater, comes back, and stays. */
const cutAt = (step: number, behaviour: Behaviour, trialMs: number): Promise<Walked> =>
  withBench(behaviour, trialMs, async (bench) => {
    await bench.boot(step);
    await bench.untilKilled();
    await bench.cutPower();
    await bench.boot();
    await until(() => expect(bench.isOver()).toBe(true));
    const version = behaviour === 'good' ? '1.1.0' : '1.0.0';
    await until(() => expect(bench.notes().at(-1)).toBe(`${version} started`));
    await until(() => expect([bench.current(), bench.confirmed()]).toEqual([version, version]));
    const { phase, code } = bench.update() ?? {};
    return {
      step,
      phase,
      code,
      current: bench.current(),
      confirmed: bench.confirmed(),
      lastNote: bench.notes().at(-1),
    };
  });

async function walk(steps: readonly number[], behaviour: Behaviour, trialMs: number): Promise<Walked[]> {
  const walked: Walked[] = [];
  const left = [...steps];
  const lane = async (): Promise<void> => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      walked.push(await cutAt(step, behaviour, trialMs));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return walked;
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe('the power fails at each step of the updater', () => {
  it('and a good release is there in the end', { timeout }, async () => {
    const trialMs = 120_000;
    const total = await countSteps('good', trialMs);
    expect(total).toBeGreaterThan(10);
    const steps = numbers(1, total).filter((step) => step % stride === 0);
    const walked = await walk(steps, 'good', trialMs);
    expect(walked).toHaveLength(steps.length);
    const differing = walked.filter(({ phase, code }) => phase !== 'confirmed' || code !== null);
    expect(differing).toEqual([]);
  });

  it('and one that does not start is gone in the end', { timeout }, async () => {
    const trialMs = 2_000;
    const total = await countSteps('crash', trialMs);
    // Until the switch it is as with a good one.
    const walked = await walk(numbers(total - 8, total), 'crash', trialMs);
    const differing = walked.filter(({ phase, code }) => phase !== 'rolled-back' || code !== 'update_not_started');
    expect(differing).toEqual([]);
  });

  it('again and again during the trial: the release before comes back', { timeout }, async () => {
    const walked = await withBench('offline', 60_000, async (bench) => {
      await bench.boot();
      for (let cuts = 0; cuts < maxTrialStarts + 1; cuts += 1) {
        await until(() => expect(bench.update()).toMatchObject({ phase: 'switched', starts: cuts }));
        await until(() => expect(bench.notes().at(-1)).toBe('1.1.0 started'));
        await bench.cutPower();
        await bench.boot();
      }
      await until(() => expect(bench.isOver()).toBe(true));
      return { update: bench.update(), current: bench.current(), lastNote: bench.notes().at(-1) };
    });
    expect(walked).toMatchObject({ update: { phase: 'rolled-back', code: 'update_power_lost' }, current: '1.0.0' });
    expect(walked.lastNote).toBe('1.0.0 started');
  });
});
