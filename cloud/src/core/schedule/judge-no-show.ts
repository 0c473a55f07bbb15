import type { NoShowState } from '@scanpay/shared/api/schedule.ts';
import { addBusinessDays, type BusinessDate, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import type { MissedVisit } from '../../ports/schedule-store.ts';

/**
 * Whether a customer did not come who could have: holding a barcode in time, and one that was good. A coupon that was
 * used, even once, is no no-show; nor is one that somebody revoked.
 */
export function isNoShow({ visitTo, uses, usesLeft, sentAtMs, revokedAtMs }: MissedVisit): boolean {
  const endMs = startOfBusinessDateMs(addBusinessDays(visitTo, 1));
  return usesLeft === uses && revokedAtMs === null && sentAtMs !== null && sentAtMs < endMs;
}

/** What became of a no-show. `visitDate` is that of the payment by which the customer came after all. */
export function judgeNoShowState(noShow: {
  visitTo: BusinessDate;
  visitDate: BusinessDate | null;
  reopenedAtMs: number | null;
}): NoShowState {
  const { visitTo, visitDate, reopenedAtMs } = noShow;
  if (visitDate !== null) return visitDate > visitTo ? 'came-late' : 'came-in-time';
  return reopenedAtMs === null ? 'absent' : 'rescheduled';
}
