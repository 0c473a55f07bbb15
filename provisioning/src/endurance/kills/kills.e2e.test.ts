import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BenchWorld, startBenchWorld } from '../../bench/bench-world.ts';
import { runKills } from './run-kills.ts';

const kills = 8;
const boxes = 2;
let dataDir: string;
let cloud: BenchWorld;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'kills-test-'));
  cloud = await startBenchWorld({ dataDir, boxCount: boxes });
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('boxes that are killed while they sell', () => {
  it('lose and double no payment and no receipt', { timeout: 600_000 }, async () => {
    const totals = await runKills({ cloud, dataDir, kills, boxes, seed: 11, say: () => undefined });
    expect(totals.violations).toEqual([]);
    expect(totals.records).toHaveLength(kills);
    expect(totals.payments.size).toBeGreaterThan(0);
    expect(totals.slips.length).toBeGreaterThan(0);
  });
});
