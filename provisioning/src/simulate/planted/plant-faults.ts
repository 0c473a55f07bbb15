import { withIssuedFile } from '../issued-file.ts';
import { runChild } from '../run-child.ts';
import { boxFaults } from './box-faults.ts';
import { careFaults } from './care-faults.ts';
import { cloudFaults } from './cloud-faults.ts';
import type { PlantedFault } from './planted-fault.ts';
import { runTest, type TestRun } from './run-test.ts';
import { settlementFaults } from './settlement-faults.ts';
import { copySources, type SourceCopy } from './source-copy.ts';

/** What caught a planted fault; `check` is null where nothing did. */
export interface Catch {
  fault: PlantedFault;
  /** The invariant, or the test. */
  check: string | null;
  seed: string;
  /** Played until then, with this fault; none by a test. */
  payments: number;
  detail: string;
}

/** Worlds are small here: a violation shows best soon after the fault that leads to it. */
const worldPayments = 300;
export const mostPlantedPayments = 30_000;
const seed = 'planted';

export const plantedFaults: readonly PlantedFault[] = [
  ...boxFaults,
  ...cloudFaults,
  ...careFaults,
  ...settlementFaults,
];

/** Plants each fault in a copy of the sources and simulates until an invariant breaks. True: all were caught. */
export async function plantFaults(options: {
  root: string;
  names: readonly string[];
  jobs: number;
  /** With each fault, before it is given up. */
  mostPayments: number;
}): Promise<boolean> {
  const { root, names, jobs, mostPayments } = options;
  const chosen = plantedFaults.filter(({ name }) => names.length === 0 || names.includes(name));
  const catches = await catchFaults({ root, faults: chosen, jobs, mostPayments }, (caught) =>
    console.log(toRow(caught)),
  );
  const missed = catches.filter(({ check }) => check === null);
  console.log(`${catches.length - missed.length} of ${catches.length} planted faults caught`);
  return catches.length > 0 && missed.length === 0;
}

export function catchFaults(
  options: { root: string; faults: readonly PlantedFault[]; jobs: number; mostPayments: number },
  onCatch: (caught: Catch) => void,
): Promise<Catch[]> {
  const { root, faults, jobs, mostPayments } = options;
  return withIssuedFile(async (issuedFile) => {
    const waiting = [...faults];
    const catches: Catch[] = [];
    const work = async (): Promise<void> => {
      const copy = copySources(root);
      try {
        for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
          const caught = await (fault.test === undefined
            ? catchInWorlds(copy, fault, { issuedFile, mostPayments })
            : catchByTest(copy, fault, fault.test));
          catches.push(caught);
          onCatch(caught);
        }
      } finally {
        copy.remove();
      }
    };
    await Promise.all(Array.from({ length: jobs }, work));
    return catches;
  });
}

async function catchInWorlds(
  copy: SourceCopy,
  fault: PlantedFault,
  { issuedFile, mostPayments }: { issuedFile: string; mostPayments: number },
): Promise<Catch> {
  copy.plant(fault);
  const order = { seed, payments: mostPayments, worldPayments, share: { index: 0, of: 1 } };
  const { reports, complaint } = await runChild(copy.root, order, issuedFile);
  copy.restore(fault);
  const payments = reports.reduce((sum, report) => sum + report.payments, 0);
  const last = reports.at(-1);
  const violation = last?.violation ?? null;
  if (violation === null) return { fault, check: null, seed: '', payments, detail: complaint ?? '' };
  return { fault, check: violation.check, seed: last?.seed ?? '', payments, detail: violation.detail };
}

/** The test has to pass without the fault: what fails anyway finds nothing. */
async function catchByTest(copy: SourceCopy, fault: PlantedFault, test: string): Promise<Catch> {
  const caughtBy = (check: string | null, { detail }: TestRun): Catch => ({
    fault,
    check,
    seed: '',
    payments: 0,
    detail,
  });
  const sound = await runTest(copy.root, test);
  if (!sound.passed) return caughtBy(null, sound);
  copy.plant(fault);
  const planted = await runTest(copy.root, test);
  copy.restore(fault);
  return caughtBy(planted.passed ? null : test, planted);
}

function toRow({ fault, check, seed: caughtBy, payments, detail }: Catch): string {
  const what =
    check === null
      ? `NOT CAUGHT ${detail}`
      : `${check} | ${caughtBy} | ${payments} | ${detail.replaceAll(/\s+/gu, ' ').slice(0, 90)}`;
  return `| ${fault.name} | ${what} |`;
}
