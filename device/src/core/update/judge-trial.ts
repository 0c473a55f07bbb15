import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { BoxHealth } from '../../ports/update.ts';

/** Why a release on trial is not good (yet). */
export interface TrialFault {
  code: ErrorCode;
  detail: string;
}

/** What a new release must show: it runs, it passed its self-test, the operator answers it, and it reads as before. */
export function judgeTrial(
  health: BoxHealth | undefined,
  expected: { version: string; scannerWasReady: boolean },
): TrialFault | undefined {
  if (health === undefined) return { code: 'update_not_started', detail: 'the box does not answer' };
  const { version, selfTestFaults } = health;
  if (version !== expected.version) return { code: 'update_not_started', detail: `still ${version}` };
  if (selfTestFaults === null) return { code: 'update_self_test', detail: 'not over yet' };
  if (selfTestFaults.length > 0) return { code: 'update_self_test', detail: selfTestFaults.join(', ').slice(0, 200) };
  if (!health.linkUp) return { code: 'update_no_connection', detail: 'no connection to the broker' };
  if (!health.operatorAnswered) return { code: 'update_no_connection', detail: 'the operator does not answer' };
  if (expected.scannerWasReady && !health.scannerReady) {
    return { code: 'update_self_test', detail: 'the scanner worked before' };
  }
  return undefined;
}
