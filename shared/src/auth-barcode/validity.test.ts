import { describe, expect, it } from 'vitest';
import { checkValidity } from './validity.ts';

describe('checkValidity', () => {
  const coupon = { notBeforeMs: 1000, expiresAtMs: 2000, name: 'kept' };

  it.each([
    [999, 'coupon_not_yet_valid'],
    [0, 'coupon_not_yet_valid'],
    [2000, 'coupon_expired'],
    [9e15, 'coupon_expired'],
  ])('at %i refuses with %s', (nowMs, code) => {
    expect(checkValidity(coupon, nowMs)).toMatchObject({ ok: false, code });
  });

  it.each([1000, 1999])('at %i gives the coupon back', (nowMs) => {
    expect(checkValidity(coupon, nowMs)).toEqual({ ok: true, value: coupon });
  });
});
