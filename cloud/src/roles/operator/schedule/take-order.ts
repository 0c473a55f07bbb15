import type { ScheduleDecision, SignedScheduleOrder } from '@scanpay/shared/api/schedule.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { openChangedStay, toChangedStay } from '@scanpay/shared/settlement/changed-stay.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { canonicalJson } from '../../../core/approve/canonical-json.ts';
import { judgeScheduleOrder } from '../../../core/schedule/judge-order.ts';
import type { OperatorContext } from '../operator-context.ts';
import { tellCustomer } from './tell-customer.ts';

/** Each of these finds that a payment or somebody else was faster. */
const maxTries = 5;

/**
 * The PG orders a changed schedule into the pre-registration DB. Idempotent on the change id: once decided it stays so,
 * also where a refusal would not be one any more. Refuses the call itself, which decides nothing, with
 * `schedule_conflict` (the id with another order), `coupon_unknown`, `schedule_pending` (ask again), and by the PG's word
 * on the change: `signature_invalid`, `invalid_input` (it is the word on something else).
 */
export async function takeScheduleOrder(
  ctx: OperatorContext,
  signed: SignedScheduleOrder,
): Promise<Result<ScheduleDecision>> {
  const { store, scheduler } = ctx;
  const { order, stayJws } = signed;
  const stay = await openChangedStay(stayJws, ctx.resolvePgKey);
  if (!stay.ok) return refuse(stay.code, `/stayJws: ${stay.detail}`);
  if (canonicalJson(stay.value) !== canonicalJson(toChangedStay(order))) {
    return refuse('invalid_input', '/stayJws: another change than is ordered');
  }
  const orderSha256 = sha256Base64Url(canonicalJson(order));
  for (let tried = 0; tried < maxTries; tried++) {
    const known = await store.findScheduleChange(order.changeId);
    if (known !== undefined) {
      if (known.orderSha256 === orderSha256) return accept(known.decision);
      return refuse('schedule_conflict', 'another order has this change id');
    }
    const coupon = await store.findCoupon({ couponId: order.couponId });
    if (coupon === undefined) return refuse('coupon_unknown');
    const atMs = scheduler.nowMs();
    const code = judgeScheduleOrder(order, coupon, atMs);
    const decision: ScheduleDecision =
      code === null ? { outcome: 'applied', atMs } : { outcome: 'refused', code, atMs };
    if (!(await store.addScheduleChange({ order, orderSha256, stayJws, decision }))) continue;
    ctx.countScheduleChange(decision.outcome);
    if (decision.outcome === 'applied') {
      void tellCustomer(ctx, order.changeId);
      await ctx.terms.offersChanged(coupon.entitlements.filter(({ offerId }) => offerId === order.offerId));
    }
    return accept(decision);
  }
  return refuse('schedule_pending');
}
