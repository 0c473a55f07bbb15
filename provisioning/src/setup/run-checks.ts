import { performance } from 'node:perf_hooks';
import { type CheckStep, checkSteps } from './check-steps.ts';
import { runBounded } from './run-bounded.mjs';

const stepDeadlineMs = 5 * 60_000;
const atOnce = 2;

/**
 * Runs every check, two at a time, and shows what the failing ones say.
 *
 * @returns the names of those that failed
 */
export async function runChecks(root: string): Promise<readonly string[]> {
  const waiting = [...checkSteps];
  const failed: string[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      if (!(await runStep(step, root))) failed.push(step.name);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}

async function runStep({ name, args }: CheckStep, root: string): Promise<boolean> {
  const startedMs = performance.now();
  const result = await runBounded(process.execPath, args, { deadlineMs: stepDeadlineMs, cwd: root });
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
  const passed = result.code === 0;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name}, ${tookS} s`);
  if (result.timedOut) console.log(`not done after ${stepDeadlineMs / 1000} s`);
  if (!passed) console.log(result.output.trim());
  return passed;
}
