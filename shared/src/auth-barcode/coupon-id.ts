import type { CouponId } from '../ids.ts';

export const couponIdBytes = 8;

/** The 8 bytes of a coupon id: the `cti` claim, and what binds both boxes to this coupon. */
export function toCouponIdBytes(couponId: CouponId): Uint8Array {
  return Buffer.from(couponId, 'hex');
}

export function fromCouponIdBytes(bytes: Uint8Array): CouponId {
  return Buffer.from(bytes).toString('hex') as CouponId;
}
