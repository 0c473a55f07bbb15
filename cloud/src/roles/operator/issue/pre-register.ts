import type { PreRegistrationBody, PreRegistrationReply } from '@scanpay/shared/api/operator.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { canonicalJson } from '../../../core/approve/canonical-json.ts';
import { checkPreRegistration } from '../../../core/issue/check-pre-registration.ts';
import { checkSold } from '../../../core/issue/check-sold.ts';
import { withinDeadline } from '../../common/deadline.ts';
import type { OperatorContext } from '../operator-context.ts';
import { issueCoupon } from './issue-coupon.ts';

/**
 * S03, idempotent on the coupon id: `registration_conflict` for another body under the same id, and the refusals of
 * `checkSold` and `checkPreRegistration`. Waits a little for the barcode to be sent; the issue goes on either way.
 */
export async function preRegister(
  ctx: OperatorContext,
  body: PreRegistrationBody,
): Promise<Result<PreRegistrationReply>> {
  const { store, scheduler, limits, merchants } = ctx;
  const { couponId } = body;
  // The PG's key may have changed since it handed this over before: that is no other body.
  const { soldJws: _, ...handedOver } = body;
  const bodySha256 = sha256Base64Url(canonicalJson(handedOver));
  const nowMs = scheduler.nowMs();
  // What was taken once stays taken, also when it would be refused today.
  if ((await store.findIssue(couponId)) === undefined) {
    const checked = checkPreRegistration(body, (merchantId) => merchants.find(merchantId) !== undefined, nowMs);
    if (!checked.ok) return checked;
  }
  const sold = await checkSold(body, ctx.resolvePgKey);
  if (!sold.ok) return sold;
  const outcome = await store.putPreRegistration(body, bodySha256, nowMs);
  if (outcome === 'conflict') return refuse('registration_conflict', 'another body has this coupon id');
  const isSent = await withinDeadline(scheduler, issueCoupon(ctx, couponId), limits.issueReplyMs);
  // The customer's barcode comes first; boxes that miss this ask for their terms now and then.
  if (outcome === 'stored') await ctx.terms.offersChanged(body.entitlements);
  return accept({ couponId, state: isSent === true ? 'sent' : 'handed-over' });
}
