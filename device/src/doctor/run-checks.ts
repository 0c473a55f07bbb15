import type { BoxView } from '@scanpay/shared/api/box.ts';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { checkList, reasonToSkip, type ServiceState } from '../core/doctor/check-list.ts';
import { judgeRunning } from '../core/doctor/judge-running.ts';
import { type CheckId, type CheckResult, type Finding, fault } from '../core/doctor/report.ts';
import { advice } from '../core/doctor/words.ts';

/** One thing to look at. The probe lets go of what it opened. */
export interface Check {
  check: CheckId;
  /** Which one, where there are several. */
  part?: string;
  probe(): Promise<Finding>;
}

/** One after the other: no two checks have an instrument at once. A probe that throws or hangs is a fault. */
export async function runChecks(
  checks: readonly Check[],
  /** `running`: what the running box says of itself, where it could be asked. */
  deps: { scheduler: Scheduler; service: ServiceState; running?: BoxView | undefined },
): Promise<CheckResult[]> {
  const { scheduler, service, running } = deps;
  const results: CheckResult[] = [];
  for (const { check, part = '', probe } of checks) {
    const startedAtMs = scheduler.nowMs();
    const finding =
      (running && judgeRunning(check, running)) ??
      reasonToSkip(check, service, results) ??
      (await withDeadline(probe, checkList[check].deadlineMs, scheduler));
    // The wall clock may be set back meanwhile.
    const tookMs = Math.max(0, Math.round(scheduler.nowMs() - startedAtMs));
    results.push({ check, part, tookMs, finding });
  }
  return results;
}

function withDeadline(probe: () => Promise<Finding>, deadlineMs: number, scheduler: Scheduler): Promise<Finding> {
  return new Promise((resolve) => {
    const cancel = scheduler.after(deadlineMs, () => resolve(fault(`no end within ${deadlineMs} ms`, advice.tooLate)));
    const end = (finding: Finding): void => {
      cancel();
      resolve(finding);
    };
    probe().then(end, (error: unknown) => end(fault(String(error), advice.unexpected)));
  });
}
