import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSoak } from './run-soak.ts';
import { type SoakWorld, startSoakWorld } from './soak-world.ts';

const scans = 160;
let folder: string;
let world: SoakWorld;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'soak-test-'));
  world = await startSoakWorld(folder);
});
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a short soak', () => {
  it('loses no scan, no payment and no receipt', { timeout: 400_000 }, async () => {
    const result = await runSoak(world, scans, () => undefined);
    expect(result.violations).toEqual([]);
    const ended = [...result.ended.values()].reduce((sum, count) => sum + count, 0);
    expect(ended).toBe(scans);
    expect(result.approvals).toBeGreaterThan(scans / 3);
    expect(result.receipts).toBe(result.approvals);
    expect(result.samples.length).toBeGreaterThan(2);
  });
});
