import type { Scheduler } from '@scanpay/shared/clock.ts';
import { type Result, ScanPayError } from '@scanpay/shared/errors.ts';
import type { Log } from '../../ports/log.ts';
import { withinDeadline } from '../common/deadline.ts';

/** Calls another company. Silence until the deadline, and every failure, is `unknown`: never a yes and never a no. */
export async function askPeer<T>(
  deps: { scheduler: Scheduler; log: Log },
  call: () => Promise<Result<T>>,
  deadlineMs: number,
): Promise<Result<T> | 'unknown'> {
  try {
    return (await withinDeadline(deps.scheduler, call(), deadlineMs)) ?? 'unknown';
  } catch (err) {
    const isSilence = err instanceof ScanPayError && err.code === 'upstream_unavailable';
    if (!isSilence) deps.log.error({ err }, 'a call to another company failed');
    return 'unknown';
  }
}
