import { parseArgs } from 'node:util';
import { tellChecks } from './checks/all-checks.ts';
import { issueCoupons } from './cloud/issue-coupons.ts';
import { rememberCrypto } from './engine/crypto-memory.ts';
import { readIssued, withIssuedFile } from './issued-file.ts';
import { mostPlantedPayments, plantFaults } from './planted/plant-faults.ts';
import { playWorlds, type RunOrder } from './play-worlds.ts';
import { runChild } from './run-child.ts';
import { onUnhandled, type WorldReport } from './run-world.ts';
import { createRunTally, tellViolation } from './show-report.ts';

const usage = `usage: npm run simulate -- [--seed TEXT] [--payments N] [--world N] [--jobs N] [--trace]
       npm run simulate -- --faults [--payments N] [--jobs N] [NAME …]   plants faults in copies of the product; all, or
                                                                        those named, each for at most N payments
       npm run simulate -- --checks   the invariants, and who holds them`;

const root = new URL('../../..', import.meta.url).pathname;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    payments: { type: 'string' },
    world: { type: 'string', default: '2000' },
    jobs: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    faults: { type: 'boolean', default: false },
    checks: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    // For the processes this one starts.
    share: { type: 'string', default: '0/1' },
    issued: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const payments = Number(values.payments ?? (values.faults ? mostPlantedPayments : 2_000));
const [index = 0, of = 1] = values.share.split('/').map(Number);
const order: RunOrder = {
  seed: values.seed,
  payments,
  worldPayments: Math.min(Number(values.world), payments),
  share: { index, of },
};
const jobs = Number(values.jobs);

/** In this process. */
async function playHere(onReport: (report: WorldReport) => void): Promise<boolean> {
  rememberCrypto();
  process.on('unhandledRejection', onUnhandled);
  return playWorlds(order, values.issued === undefined ? await issueCoupons() : readIssued(values.issued), onReport);
}

function playInChildren(onReport: (report: WorldReport) => void): Promise<boolean> {
  return withIssuedFile(async (issuedFile) => {
    const shares = Array.from({ length: jobs }, (_none, at) => ({ ...order, share: { index: at, of: jobs } }));
    const runs = await Promise.all(shares.map((share) => runChild(root, share, issuedFile, onReport)));
    for (const { complaint } of runs) if (complaint !== null) console.error(complaint);
    return runs.every(
      ({ reports, complaint }) => complaint === null && reports.every((each) => each.violation === null),
    );
  });
}

async function play(): Promise<boolean> {
  if (values.json) return playHere((report) => console.log(JSON.stringify(report)));
  const tally = createRunTally();
  const startedMs = performance.now();
  const show = (report: WorldReport): void => {
    tally.add(report);
    if (values.trace) for (const line of report.story) console.log(line);
    console.log(`seed ${report.seed}: ${report.payments} payments, ${report.steps} steps, ${report.hash}`);
    for (const line of tellViolation(report, order.worldPayments)) console.log(line);
  };
  const isSound = await (jobs > 1 ? playInChildren(show) : playHere(show));
  for (const line of tally.summary(performance.now() - startedMs)) console.log(line);
  console.log(isSound ? 'every invariant held' : 'NOT SOUND');
  return isSound;
}

if (values.help || !(order.payments > 0 && order.worldPayments > 0 && jobs > 0)) {
  console.log(usage);
  process.exitCode = values.help ? 0 : 2;
} else if (values.checks) {
  for (const line of tellChecks()) console.log(line);
} else {
  const isFine = values.faults
    ? await plantFaults({ root, names: positionals, jobs, mostPayments: payments })
    : await play();
  process.exitCode = isFine ? 0 : 1;
}
