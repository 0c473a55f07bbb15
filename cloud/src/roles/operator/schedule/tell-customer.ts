import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { ScheduleChangeId } from '@scanpay/shared/ids.ts';
import { makeScheduleChangeText, scheduleChangeSubject } from '../../../core/schedule/change-text.ts';
import { withinDeadline } from '../../common/deadline.ts';
import type { OperatorContext } from '../operator-context.ts';

/** How many messages one sweep takes up again. */
const sweepLimit = 1_000;

/** Tells the customer by MMS of the new dates, again and again until the gateway has it. False: stopped before. */
export function tellCustomer(ctx: OperatorContext, changeId: ScheduleChangeId): Promise<boolean> {
  return ctx.scheduleNotices.run(changeId, () => tryTell(ctx, changeId));
}

/** Takes up again what a crash or a full queue left behind. */
export async function resumeNotices(ctx: OperatorContext): Promise<void> {
  if (ctx.scheduleNotices.size() >= sweepLimit) return;
  for (const changeId of await ctx.store.listUntoldChanges(sweepLimit)) {
    if (!ctx.scheduleNotices.has(changeId)) void tellCustomer(ctx, changeId);
  }
}

async function tryTell({ store, mms, scheduler, limits }: OperatorContext, changeId: ScheduleChangeId) {
  const change = await store.findScheduleChange(changeId);
  const coupon = change && (await store.findCoupon({ couponId: change.order.couponId }));
  const entitlement = coupon?.entitlements.find(({ offerId }) => offerId === change?.order.offerId);
  if (change === undefined || coupon === undefined || entitlement === undefined) {
    throw new ScanPayError('internal', `${changeId}: a change without its coupon`);
  }
  const { title } = entitlement;
  const sending = mms.send({
    toMobile: coupon.mobile,
    subject: scheduleChangeSubject,
    text: makeScheduleChangeText(change.order, { title, validUntilMs: coupon.validUntilMs }),
    jpeg: null,
    idempotencyKey: changeId,
  });
  const isTaken = sending.then(() => true as const);
  if ((await withinDeadline(scheduler, isTaken, limits.mmsDeadlineMs)) === undefined) {
    throw new ScanPayError('upstream_unavailable', 'the MMS gateway does not answer');
  }
  await store.markChangeTold(changeId);
  return true;
}
