import type { CouponId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';

/** A sale that took one use of a coupon's entitlement, by what was signed of it. */
export interface TakenUse {
  couponId: CouponId;
  offerId: OfferId;
  paymentId: PaymentId;
  /** How many uses the PG signed as sold. */
  soldUses: number;
  /** Of the sale in the operator's book, which is written in this order; null: it is not in it. */
  takenSeq: number | null;
  /** Of the entry by which all of it was given back; null: there is none. */
  returnedSeq: number | null;
}

/** Sorts the uses of all coupons, so that none of them has to be kept in memory. */
export interface UseTally {
  add(use: TakenUse): void;
  /** Coupon by coupon and offer by offer, in order of `takenSeq`; those without one come last. */
  inOrder(): Iterable<TakenUse>;
}
