import type { Schedule, ScheduleDecision, ScheduleOrder } from '@scanpay/shared/api/schedule.ts';
import type { CouponId, OfferId, ScheduleChangeId } from '@scanpay/shared/ids.ts';

/** A change as it was asked for, and what the operator said; both append-only. */
export interface PgScheduleChange {
  /** What the operator is told, again and again the same. */
  order: ScheduleOrder;
  /** SHA-256 of what was asked for and by whom (canonical JSON, base64url). */
  bodySha256: string;
  /** Null: not answered yet. */
  decision: ScheduleDecision | null;
}

/** The schedule of one entitlement as changes have left it. */
export interface PgSchedule extends Schedule {
  offerId: OfferId;
  /** Changes applied, and asked for in all. */
  applied: number;
  asked: number;
  /** The change that waits for the operator; there is one at a time. */
  pendingId: ScheduleChangeId | null;
}

/** What customers changed after they registered. Every method is one transaction. */
export interface PgScheduleStore {
  findScheduleChange(changeId: ScheduleChangeId): Promise<PgScheduleChange | undefined>;
  /** Of a coupon, oldest first, at most `limit`. */
  listScheduleChanges(couponId: CouponId, limit: number): Promise<PgScheduleChange[]>;
  /** Entitlements of a coupon for which a change was ever asked; the others are as registered. */
  listSchedules(couponId: CouponId): Promise<PgSchedule[]>;
  /**
   * Keeps a new change and has its entitlement wait for the answer. False: the change is known, another one waits, or
   * one was applied since `order.before` was read; nothing was written.
   */
  addScheduleChange(change: PgScheduleChange): Promise<boolean>;
  /** Keeps the operator's answer; where it is `applied`, the schedule is the new one. Again changes nothing. */
  settleScheduleChange(changeId: ScheduleChangeId, decision: ScheduleDecision): Promise<void>;
  /** Changes without an answer, oldest first. */
  listPendingChanges(limit: number): Promise<ScheduleChangeId[]>;
}
