import { withIssuedFile } from '../issued-file.ts';
import { runChild } from '../run-child.ts';
import { boxFaults } from './box-faults.ts';
import { cloudFaults } from './cloud-faults.ts';
import type { PlantedFault } from './planted-fault.ts';
import { copySources, type SourceCopy } from './source-copy.ts';

/** What caught a planted fault; `check` is null where nothing did. */
export interface Catch {
  fault: PlantedFault;
  check: string | null;
  seed: string;
  /** Played until then, with this fault. */
  payments: number;
  detail: string;
}

/** Worlds are small here: a violation shows best soon after the fault that leads to it. */
const worldPayments = 300;
const mostPayments = 30_000;
const seed = 'planted';

export const plantedFaults: readonly PlantedFault[] = [...boxFaults, ...cloudFaults];

/** Plants each fault in a copy of the sources and simulates until an invariant breaks. True: all were caught. */
export async function plantFaults(options: { root: string; names: readonly string[]; jobs: number }): Promise<boolean> {
  const { root, names, jobs } = options;
  const chosen = plantedFaults.filter(({ name }) => names.length === 0 || names.includes(name));
  const catches = await catchFaults(root, chosen, jobs, (caught) => console.log(toRow(caught)));
  const missed = catches.filter(({ check }) => check === null);
  console.log(`${catches.length - missed.length} of ${catches.length} planted faults caught`);
  return catches.length > 0 && missed.length === 0;
}

export function catchFaults(
  root: string,
  faults: readonly PlantedFault[],
  jobs: number,
  onCatch: (caught: Catch) => void,
): Promise<Catch[]> {
  return withIssuedFile(async (issuedFile) => {
    const waiting = [...faults];
    const catches: Catch[] = [];
    const work = async (): Promise<void> => {
      const copy = copySources(root);
      try {
        for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
          const caught = await catchOne(copy, fault, issuedFile);
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

async function catchOne(copy: SourceCopy, fault: PlantedFault, issuedFile: string): Promise<Catch> {
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

function toRow({ fault, check, seed: caughtBy, payments, detail }: Catch): string {
  const what =
    check === null ? `NOT CAUGHT ${detail}` : `${check} | ${caughtBy} | ${payments} | ${detail.slice(0, 90)}`;
  return `| ${fault.name} | ${what} |`;
}
