import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunOrder } from './play-worlds.ts';
import type { WorldReport } from './run-world.ts';

/** What a simulating process was told and said. */
export interface ChildRun {
  reports: WorldReport[];
  /** Its last words, where it ended in another way than by a report. */
  complaint: string | null;
}

const complaintLimit = 2_000;

/** Simulates in a process of its own, from the sources below `root`. */
export function runChild(
  root: string,
  order: RunOrder,
  issuedFile: string,
  onReport: (report: WorldReport) => void = () => undefined,
): Promise<ChildRun> {
  const { seed, payments, worldPayments, share } = order;
  const child = spawn(
    process.execPath,
    [
      // Most of what a world makes is soon forgotten.
      '--max-semi-space-size=64',
      join(root, 'provisioning/src/simulate/main.ts'),
      ...['--seed', seed, '--payments', String(payments), '--world', String(worldPayments)],
      ...['--share', `${share.index}/${share.of}`, '--issued', issuedFile, '--json'],
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const reports: WorldReport[] = [];
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-complaintLimit);
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const report = JSON.parse(line) as WorldReport;
    reports.push(report);
    onReport(report);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const isOver = code === 0 || reports.some((report) => report.violation !== null);
      resolve({ reports, complaint: isOver ? null : complaint });
    });
  });
}
