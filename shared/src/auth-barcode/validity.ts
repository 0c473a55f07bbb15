import { accept, type Result, refuse } from '../errors.ts';

export interface Validity {
  /** First millisecond at which the coupon is good. */
  notBeforeMs: number;
  /** First millisecond at which it is good no longer. */
  expiresAtMs: number;
}

/**
 * Good from `notBeforeMs` on and until just before `expiresAtMs` (RFC 8392 §3.1.4 and §3.1.5, by RFC 7519 §4.1.4 and
 * §4.1.5: "on or after" the expiry it must not be accepted). No leeway: the caller trusts its clock or does not ask.
 * Refuses with `coupon_not_yet_valid` or `coupon_expired`.
 */
export function checkValidity<T extends Validity>(coupon: T, nowMs: number): Result<T> {
  if (nowMs >= coupon.expiresAtMs) return refuse('coupon_expired');
  if (nowMs < coupon.notBeforeMs) return refuse('coupon_not_yet_valid');
  return accept(coupon);
}
