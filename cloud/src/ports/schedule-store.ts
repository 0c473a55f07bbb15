import type { NoShow, ScheduleDecision, ScheduleOrder } from '@scanpay/shared/api/schedule.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CouponId, MerchantId, ScheduleChangeId } from '@scanpay/shared/ids.ts';

/** A change of schedule and what the operator decided on it; append-only. */
export interface DecidedChange {
  order: ScheduleOrder;
  /** SHA-256 of the order (canonical JSON, base64url). */
  orderSha256: string;
  /** The PG's signed word on it (`ChangedStay`). */
  stayJws: string;
  decision: ScheduleDecision;
}

/** A no-show as it is listed; how it stands is worked out by `judgeNoShowState`. */
export interface NoShowRecord extends Omit<NoShow, 'state' | 'customerNameMasked'> {
  customerName: string;
  /** Visit of the payment by which the customer came after all. */
  visitDate: BusinessDate | null;
  /** When its schedule was changed since. */
  reopenedAtMs: number | null;
}

/** An entitlement whose visit is over, and of which nothing is under way. */
export interface MissedVisit {
  visitTo: BusinessDate;
  uses: number;
  usesLeft: number;
  /** When the barcode left by MMS; null: it has not. */
  sentAtMs: number | null;
  revokedAtMs: number | null;
}

/** Changes of schedules, and customers who did not come. Every method is one transaction. */
export interface ScheduleStore {
  findScheduleChange(changeId: ScheduleChangeId): Promise<DecidedChange | undefined>;
  /** Every change of a coupon that was decided on, oldest first, at most `limit`. */
  listScheduleChanges(couponId: CouponId, limit: number): Promise<DecidedChange[]>;
  /**
   * Keeps the decision. `applied`: the entitlement has its new schedule from the same commit on, its customer is to be
   * told, and a no-show of it is open again. False: it is decided already, or the entitlement or coupon has changed since
   * it was read; nothing was written.
   */
  addScheduleChange(change: DecidedChange): Promise<boolean>;
  /** Changes whose customers are still to be told, oldest first. */
  listUntoldChanges(limit: number): Promise<ScheduleChangeId[]>;
  markChangeTold(changeId: ScheduleChangeId): Promise<void>;

  /** Closed business dates that are not gone through for no-shows yet, oldest first. */
  listUnseenDates(limit: number): Promise<BusinessDate[]>;
  /**
   * Takes up to `limit` entitlements nobody has come for, whose visit ended on a closed date up to this one, and records
   * the no-shows among them. `seen`: how many were taken; none twice.
   */
  recordNoShows(
    upTo: BusinessDate,
    limit: number,
    isNoShow: (visit: MissedVisit) => boolean,
    nowMs: number,
  ): Promise<{ seen: number; noShows: number }>;
  /** The date is gone through. */
  markDateSeen(date: BusinessDate, nowMs: number): Promise<void>;
  isDateSeen(date: BusinessDate): Promise<boolean>;
  /** By merchant, coupon and offer. */
  listNoShows(
    wanted: { visitTo: BusinessDate; merchantId: MerchantId | null } | { couponId: CouponId },
    limit: number,
  ): Promise<NoShowRecord[]>;
  /** Of each merchant that has any. */
  countNoShows(
    visitTo: BusinessDate,
  ): Promise<{ merchantId: MerchantId; absent: number; cameLate: number; cameInTime: number; rescheduled: number }[]>;
}
