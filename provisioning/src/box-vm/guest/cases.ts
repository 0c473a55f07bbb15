/** One thing tried inside the machine; throws when it does not hold. */
export interface Case {
  name: string;
  /** In words, why it cannot be tried here. */
  skip?: string;
  run(): Promise<void>;
}

/** What the console says of a case: `CASE {"name":…,"outcome":…,"detail":…}`. */
export interface CaseOutcome {
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  detail: string;
}

/** Emulation is slow, more so beside others: a case that hangs is given up after this. */
const caseDeadlineMs = 180_000;
const pauseMs = 20;

/** Looks again and again until `check` no longer throws; its last error after the deadline. */
export async function until(check: () => void | Promise<void>, deadlineMs = 60_000): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** One after the other, each reported as it ends. Gives how many failed. */
export async function runCases(cases: readonly Case[], report: (outcome: CaseOutcome) => void): Promise<number> {
  let failed = 0;
  for (const { name, skip, run } of cases) {
    if (skip !== undefined) {
      report({ name, outcome: 'skipped', detail: skip });
      continue;
    }
    const startedAtMs = performance.now();
    try {
      await withDeadline(run());
      const detail = `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`;
      report({ name, outcome: 'passed', detail });
    } catch (error) {
      failed += 1;
      report({ name, outcome: 'failed', detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return failed;
}

function withDeadline(task: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no end within ${caseDeadlineMs} ms`)), caseDeadlineMs);
  return Promise.race([task, promise]).finally(() => clearTimeout(timer));
}
