import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCount, say } from '../command.ts';
import { reportSoak } from './report.ts';
import { runSoak } from './run-soak.ts';
import { startSoakWorld } from './soak-world.ts';

/**
 * `npm run soak -- [--scans N] [--json FILE]`: scans one code after the other at the real box, through serial lines to
 * the real cloud. Exit status 0: no scan lost, one outcome and one receipt each, flat memory, no handle left open; 1: not.
 */
const { values } = parseArgs({ options: { scans: { type: 'string', default: '1000' }, json: { type: 'string' } } });
const scans = readCount('scans', values.scans);
const folder = mkdtempSync(join(tmpdir(), 'scanpay-soak-'));
let isWell = false;
try {
  const world = await startSoakWorld(folder);
  try {
    const startedMs = Date.now();
    const result = await runSoak(world, scans, say);
    const report = reportSoak(result, (Date.now() - startedMs) / 60_000);
    for (const line of report.lines) console.log(line);
    if (values.json !== undefined) {
      const plain = { ...result, ended: Object.fromEntries(result.ended) };
      writeFileSync(values.json, `${JSON.stringify(plain, null, 2)}\n`);
    }
    ({ isWell } = report);
  } finally {
    await world.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(isWell ? 0 : 1);
