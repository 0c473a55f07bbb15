import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../../bench-decode/phone-screens/random.ts';
import { readCount, say } from '../command.ts';
import { startCutWorld } from './cut-world.ts';
import { findRig } from './rig.ts';
import { runCuts } from './run-cuts.ts';
import { makeSummary, writeTable } from './summary.ts';

/**
 * `npm run power-cuts -- --cuts N [--seed S] [--cold-every K] [--lying-disk] [--json FILE]`: the whole box in a virtual
 * machine that loses its power at random moments. Exit status 0: no violation; 1: some; 2: it cannot be tried here.
 */
const { values } = parseArgs({
  options: {
    cuts: { type: 'string', default: '10' },
    seed: { type: 'string' },
    'cold-every': { type: 'string', default: '10' },
    'lying-disk': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const rig = findRig();
if ('missing' in rig) {
  console.error(`power cuts cannot be tried here: ${rig.missing}`);
  process.exit(2);
}
const cuts = readCount('cuts', values.cuts);
const coldEvery = readCount('cold-every', values['cold-every']);
const seed = values.seed === undefined ? Date.now() % 1_000_000 : readCount('seed', values.seed);
const folder = mkdtempSync(join(tmpdir(), 'scanpay-power-cuts-'));
let violations = 0;
try {
  say(`seed ${seed}, ${cuts} cuts`);
  const world = await startCutWorld({ folder, rig, say });
  try {
    const random = createRandom(seed);
    const startedMs = Date.now();
    const totals = await runCuts(world, { cuts, random, coldEvery, honoursFlush: !values['lying-disk'], say });
    const summary = makeSummary(totals, { seed, slips: world.paper.slips, minutes: (Date.now() - startedMs) / 60_000 });
    violations = totals.violations.length;
    for (const line of writeTable(summary)) console.log(line);
    if (values.json !== undefined)
      writeFileSync(values.json, `${JSON.stringify({ ...summary, ...totals }, toPlain, 2)}\n`);
  } finally {
    await world.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(violations === 0 ? 0 : 1);

function toPlain(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
