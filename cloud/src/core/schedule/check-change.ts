import type { Schedule } from '@scanpay/shared/api/schedule.ts';
import { holdsCardNumber } from '@scanpay/shared/auth-barcode/card-number.ts';
import { addBusinessDays, type BusinessDate, businessDateAt } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { checkDays, tidy } from '../register/check-registration.ts';

export interface ScheduleRules {
  /** Changes of one entitlement that are carried out. */
  maxChanges: number;
}

/** Changes of one entitlement that may be refused by the operator; each stays on record. */
export const maxRefusedChanges = 20;

/** The schedule of one entitlement as it is now, and how it came to be. */
export interface ScheduleNow extends Schedule {
  /** Changes that were applied. */
  applied: number;
  /** Changes that were asked for, the refused ones included. */
  asked: number;
}

/** What is asked for, its words tidied. */
export interface CheckedChange {
  after: Schedule;
  reason: string;
  staffName: string | null;
}

/**
 * The latest day a visit may end on: the last one that the coupon is valid for to its end, or the one on which it
 * ends now, whichever is later. The coupon's end already follows from what the offers allow.
 */
export function lastVisitDay(validUntilMs: number, { visitTo }: Pick<Schedule, 'visitTo'>): BusinessDate {
  const lastWhole = addBusinessDays(businessDateAt(validUntilMs), -1);
  return lastWhole > visitTo ? lastWhole : visitTo;
}

/**
 * A change of schedule as the PG lets it pass. Pure; the first check that fails decides:
 *
 * 1. `invalid_input`: no such days, days in the wrong order, or a card number among the words
 * 2. `coupon_expired`
 * 3. `schedule_unchanged`
 * 4. `schedule_past`: a visit that would begin before today, unless it has begun as it was; or be over
 * 5. `schedule_outside_validity`: the barcode ends before. Card data is deleted once the coupon is made (S05), so that no
 *    longer barcode can be made of it: it takes a new registration
 * 6. `schedule_limit`
 *
 * Whether something is left to use, only the operator knows.
 */
export function checkScheduleChange(
  asked: CheckedChange,
  now: ScheduleNow,
  coupon: { validUntilMs: number },
  rules: ScheduleRules,
  nowMs: number,
): Result<CheckedChange> {
  const { visitFrom, visitTo, headcount } = asked.after;
  const days = checkDays(asked.after, '');
  if (!days.ok) return days;
  const reason = tidy(asked.reason);
  if (holdsCardNumber(reason)) return refuse('invalid_input', '/reason: a card number does not belong here');
  const staffName = asked.staffName === null ? null : tidy(asked.staffName);
  if (staffName === '') return refuse('invalid_input', '/by: blank');
  if (staffName !== null && holdsCardNumber(staffName)) return refuse('invalid_input', '/by: a card number');
  if (nowMs >= coupon.validUntilMs) return refuse('coupon_expired');
  if (isSameSchedule(asked.after, now)) return refuse('schedule_unchanged');
  const today = businessDateAt(nowMs);
  if (visitFrom < today && visitFrom !== now.visitFrom) return refuse('schedule_past', '/visitFrom');
  if (visitTo < today) return refuse('schedule_past', '/visitTo');
  const lastDay = lastVisitDay(coupon.validUntilMs, now);
  if (visitTo > lastDay) return refuse('schedule_outside_validity', `/visitTo: later than ${lastDay}`);
  const isSpent = now.applied >= rules.maxChanges || now.asked >= rules.maxChanges + maxRefusedChanges;
  if (isSpent) return refuse('schedule_limit', `${now.applied} changes`);
  return accept({ after: { visitFrom, visitTo, headcount }, reason, staffName });
}

/** Both are the same visit of as many people. */
export function isSameSchedule(one: Schedule, other: Schedule): boolean {
  return one.visitFrom === other.visitFrom && one.visitTo === other.visitTo && one.headcount === other.headcount;
}
