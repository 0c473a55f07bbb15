import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { CouponId, OfferId, ScheduleChangeId } from '@scanpay/shared/ids.ts';

/** The schedule as changes have left it; no row: as registered. */
export interface PgScheduleTable {
  coupon_id: CouponId;
  offer_id: OfferId;
  visit_from: BusinessDate;
  visit_to: BusinessDate;
  headcount: number;
  applied: number;
  asked: number;
  pending_change_id: ScheduleChangeId | null;
}

/** Append-only. */
export interface PgScheduleChangeTable {
  change_id: ScheduleChangeId;
  coupon_id: CouponId;
  offer_id: OfferId;
  number: number;
  body_sha256: string;
  old_visit_from: BusinessDate;
  old_visit_to: BusinessDate;
  old_headcount: number;
  visit_from: BusinessDate;
  visit_to: BusinessDate;
  headcount: number;
  requested_at_ms: number;
  staff_name: string | null;
  reason: string;
}

/** Append-only. */
export interface PgScheduleDecisionTable {
  change_id: ScheduleChangeId;
  outcome: 'applied' | 'refused';
  refusal_code: ErrorCode | null;
  at_ms: number;
}

export interface PgScheduleTables {
  pg_schedules: PgScheduleTable;
  pg_schedule_changes: PgScheduleChangeTable;
  pg_schedule_decisions: PgScheduleDecisionTable;
}
