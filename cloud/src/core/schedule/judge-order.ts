import type { ScheduleOrder } from '@scanpay/shared/api/schedule.ts';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { CouponSnapshot } from '../../ports/operator-store.ts';
import { isSameSchedule, lastVisitDay } from './check-change.ts';

/**
 * Whether the operator puts a change into its pre-registration DB; it goes by its own records, not by the PG's word.
 * Null: it does. The first check that fails decides:
 *
 * 1. `coupon_revoked`, `coupon_expired`
 * 2. `offer_not_held`
 * 3. `schedule_conflict`: the change follows from another schedule than is on record here
 * 4. `coupon_used`: nothing is left that the new schedule could hold for
 * 5. `schedule_past`: the visit would be over already; the change was long on its way
 * 6. `schedule_outside_validity`
 */
export function judgeScheduleOrder(order: ScheduleOrder, coupon: CouponSnapshot, nowMs: number): ErrorCode | null {
  if (coupon.revokedAtMs !== null) return 'coupon_revoked';
  if (nowMs >= coupon.validUntilMs) return 'coupon_expired';
  const entitlement = coupon.entitlements.find(({ offerId }) => offerId === order.offerId);
  if (entitlement === undefined) return 'offer_not_held';
  const isNext = order.number === entitlement.scheduleVersion + 1 && isSameSchedule(order.before, entitlement);
  if (!isNext || order.after.visitTo < order.after.visitFrom) return 'schedule_conflict';
  if (entitlement.usesLeft === 0) return 'coupon_used';
  if (order.after.visitTo < businessDateAt(nowMs)) return 'schedule_past';
  const lastDay = lastVisitDay(coupon.validUntilMs, entitlement);
  return order.after.visitTo > lastDay ? 'schedule_outside_validity' : null;
}
