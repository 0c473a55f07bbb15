import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchWorld } from '../../bench/bench-world.ts';
import { readCount, say } from '../command.ts';
import { tallyUp, writeTally } from '../tally.ts';
import { runKills } from './run-kills.ts';

/**
 * `npm run kills -- --kills N [--boxes B] [--seed S] [--json FILE]`: boxes that sell through serial lines, each a
 * process that is killed again and again, at a commit of its journal or at any instant. Exit status 0: no payment or
 * receipt lost or doubled; 1: some.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' },
    boxes: { type: 'string', default: '4' },
    seed: { type: 'string' },
    json: { type: 'string' },
  },
});
const kills = readCount('kills', values.kills);
const boxes = readCount('boxes', values.boxes);
const seed = values.seed === undefined ? Date.now() % 1_000_000 : readCount('seed', values.seed);
const dataDir = mkdtempSync(join(tmpdir(), 'scanpay-kills-'));
let isWell = false;
try {
  say(`seed ${seed}, ${kills} kills of ${boxes} boxes`);
  const startedMs = Date.now();
  const cloud = await startBenchWorld({ dataDir, boxCount: boxes });
  try {
    const totals = await runKills({ cloud, dataDir, kills, boxes, seed, say });
    const moments = [...new Set(totals.records.map(({ moment }) => moment))].sort(byWordsAndNumber);
    const tally = tallyUp(moments, totals.records, totals);
    isWell = tally.violationCount === 0;
    const minutes = (Date.now() - startedMs) / 60_000;
    console.log(`\n${totals.records.length} kills of ${boxes} boxes in ${minutes.toFixed(1)} min, seed ${seed}`);
    for (const line of writeTally(tally, 'killed')) console.log(line);
    if (values.json !== undefined) {
      writeFileSync(values.json, `${JSON.stringify({ seed, ...tally, violations: totals.violations }, null, 2)}\n`);
    }
  } finally {
    await cloud.stop();
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit(isWell ? 0 : 1);

function byWordsAndNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
