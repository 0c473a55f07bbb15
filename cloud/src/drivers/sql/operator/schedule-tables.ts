import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { CouponId, MerchantId, OfferId, PaymentId, ScheduleChangeId } from '@scanpay/shared/ids.ts';

/** Append-only: a change and what was decided on it. */
export interface ScheduleChangeTable {
  change_id: ScheduleChangeId;
  coupon_id: CouponId;
  offer_id: OfferId;
  number: number;
  order_sha256: string;
  stay_jws: string;
  old_visit_from: BusinessDate;
  old_visit_to: BusinessDate;
  old_headcount: number;
  visit_from: BusinessDate;
  visit_to: BusinessDate;
  headcount: number;
  requested_at_ms: number;
  staff_name: string | null;
  reason: string;
  outcome: 'applied' | 'refused';
  refusal_code: ErrorCode | null;
  decided_at_ms: number;
}

/** Changes whose customers are still to be told. */
export interface ScheduleNoticeTable {
  change_id: ScheduleChangeId;
  queued_at_ms: number;
}

/** One row for each schedule that nobody came for in time. */
export interface NoShowTable {
  coupon_id: CouponId;
  offer_id: OfferId;
  schedule_version: number;
  merchant_id: MerchantId;
  visit_from: BusinessDate;
  visit_to: BusinessDate;
  headcount: number;
  recorded_at_ms: number;
  /** By which the customer came after all. */
  came_payment_id: PaymentId | null;
  reopened_at_ms: number | null;
}

/** Closed dates that are gone through. */
export interface SeenDateTable {
  business_date: BusinessDate;
  seen_at_ms: number;
}

export interface ScheduleTables {
  operator_schedule_changes: ScheduleChangeTable;
  operator_schedule_notices: ScheduleNoticeTable;
  operator_no_shows: NoShowTable;
  operator_no_show_dates: SeenDateTable;
}
