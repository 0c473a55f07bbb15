import { type BusinessDate, businessDateAt } from '@scanpay/shared/clock.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { CouponId } from '@scanpay/shared/ids.ts';
import type { PaymentOutcome, PaymentRequest } from '@scanpay/shared/wire/messages.ts';
import { judgeRedemption, type RedemptionRequest } from '../../../core/verify/judge-redemption.ts';
import { type Confirmation, verifyRequest } from '../../../core/verify/verify-request.ts';
import type { PaymentTerms } from '../../../ports/operator-payment-store.ts';
import type { CouponSnapshot } from '../../../ports/operator-store.ts';
import type { OperatorContext } from '../operator-context.ts';
import { type ReadCoupon, readCoupon } from './read-coupon.ts';

export type Verified =
  | {
      kind: 'accept';
      terms: PaymentTerms;
      coupon: CouponSnapshot;
      /** The open one that the terms were made for. */
      businessDate: BusinessDate;
      /** For the PG, card tender only (base64url). */
      cardBox: string | null;
    }
  | {
      kind: 'answer';
      outcome: Extract<PaymentOutcome, { kind: 'declined' | 'recheck' }>;
      /** Null: not registered here. */
      couponId: CouponId | null;
    };

/** S09 with everything it needs at hand. `barcode` is null for an auth number. */
export async function verifyPayment(
  ctx: OperatorContext,
  request: PaymentRequest,
  barcode: string | null,
  confirmation: Confirmation | null,
): Promise<Verified> {
  const scanned = barcode === null ? null : readCoupon(barcode, ctx.keys);
  const isGuessing = request.coupon.kind === 'auth-number';
  if (isGuessing && !ctx.guesses.has(request.deviceId)) {
    return { kind: 'answer', outcome: { kind: 'declined', code: 'rate_limited' }, couponId: null };
  }
  const coupon = await findCoupon(ctx, request, scanned);
  // Only wrong numbers cost: whoever serves real customers is never held up.
  if (isGuessing && coupon === undefined) ctx.guesses.take(request.deviceId);
  const contracts = await ctx.store.listContracts(request.merchantId);
  const businessDate = await ctx.store.openDateFrom(businessDateAt(ctx.scheduler.nowMs()));
  const nowMs = ctx.scheduler.nowMs();
  const verdict = verifyRequest({ request, scanned, coupon, contracts, businessDate, confirmation, nowMs });
  if (verdict.kind !== 'approve') return { kind: 'answer', outcome: verdict, couponId: coupon?.couponId ?? null };
  const cardBox = request.tender === 'card' && scanned?.ok ? scanned.value.cardBox : null;
  return { kind: 'accept', terms: verdict.terms, coupon: verdict.coupon, businessDate, cardBox };
}

function findCoupon(
  ctx: OperatorContext,
  { coupon }: PaymentRequest,
  scanned: Result<ReadCoupon> | null,
): Promise<CouponSnapshot | undefined> {
  if (coupon.kind === 'auth-number') return ctx.store.findCoupon({ authNumber: coupon.authNumber });
  const couponId: CouponId | undefined = scanned?.ok ? scanned.value.couponId : undefined;
  return couponId === undefined ? Promise.resolve(undefined) : ctx.store.findCoupon({ couponId });
}

/** The same for a cash sale that a box has made offline: held against the terms the box went by. */
export async function verifyRedemption(
  ctx: OperatorContext,
  request: RedemptionRequest,
  barcode: string | null,
): Promise<Verified> {
  const scanned = barcode === null ? null : readCoupon(barcode, ctx.keys);
  const coupon = await findCoupon(ctx, request, scanned);
  const terms = await ctx.store.findTerms(request.offline.termsId);
  const contracts = await ctx.store.listContracts(request.merchantId);
  // What was redeemed offline belongs to the day on which it was, as long as that is open.
  const businessDate = await ctx.store.openDateFrom(businessDateAt(request.offline.redeemedAtMs));
  const nowMs = ctx.scheduler.nowMs();
  const verdict = judgeRedemption({ request, scanned, coupon, terms, contracts, businessDate, nowMs });
  if (verdict.kind !== 'approve') return { kind: 'answer', outcome: verdict, couponId: coupon?.couponId ?? null };
  return { kind: 'accept', terms: verdict.terms, coupon: verdict.coupon, businessDate, cardBox: null };
}
