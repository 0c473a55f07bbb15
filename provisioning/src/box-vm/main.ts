/**
 * `npm run test:box-vm`: the light drivers on a simulated GPIO chip and the serial scanner at a real USB plug, in the
 * virtual machine of `../shared/rigs/box-vm`. Without it: skipped, with the reason, exit code 0. `SCANPAY_GPIOSET2`
 * names folders (separated by `:`) with a `gpioset` and `gpiodetect` of libgpiod 2, for Debian 12 has version 1.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBoxVm, startBoxVm } from './box-vm.ts';
import type { CaseOutcome } from './guest/cases.ts';
import { judgeRun, readConsoleLine } from './read-console.ts';
import { stageApp } from './stage-app.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const deadlineMs = 15 * 60_000;
const marks = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' };

/** Fills `target`; gives the command to run inside. */
function stageGuest(target: string): string {
  // The guest chooses its lamp by the box's own main.ts, which brings all of the box with it.
  stageApp({ root, target, workspaces: ['shared', 'device'] });
  cpSync(fileURLToPath(new URL('guest', import.meta.url)), join(target, 'guest'), { recursive: true });
  const gpioset2 = (process.env.SCANPAY_GPIOSET2 ?? '').split(':').filter((folder) => folder !== '');
  const inside = gpioset2.map((folder, index) => {
    cpSync(folder, join(target, `gpioset2-${index}`), { recursive: true });
    return `/app/gpioset2-${index}`;
  });
  // Kernel messages would cut the lines of the report in two.
  return ['dmesg -n 1; node guest/main.ts', ...inside].join(' ');
}

async function run(): Promise<number> {
  const vm = findBoxVm(root, process.env);
  if ('missing' in vm) {
    console.log(`box-vm: skipped: ${vm.missing}`);
    return 0;
  }
  const appDir = mkdtempSync(join(tmpdir(), 'scanpay-box-vm-'));
  const outcomes: CaseOutcome[] = [];
  const otherLines: string[] = [];
  let total: number | undefined;
  try {
    const onLine = (line: string): void => {
      const told = readConsoleLine(line);
      if (told === undefined) otherLines.push(line);
      else if ('total' in told) total = told.total;
      else {
        outcomes.push(told);
        console.log(`${marks[told.outcome]}  ${told.name}  (${told.detail})`);
      }
    };
    const exitCode = await startBoxVm({ vm, appDir, command: stageGuest(appDir), deadlineMs, onLine }).ended;
    const problem = judgeRun(outcomes, total, exitCode);
    if (problem === undefined) console.log(`box-vm: all well, ${outcomes.length} cases`);
    else console.log(`box-vm: ${problem}\n${otherLines.slice(-40).join('\n')}`);
    return problem === undefined ? 0 : 1;
  } finally {
    rmSync(appDir, { recursive: true, force: true });
  }
}

process.exitCode = await run();
