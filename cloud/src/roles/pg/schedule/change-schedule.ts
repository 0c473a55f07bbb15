import type { Schedule, ScheduleChangeReply, ScheduleOrder } from '@scanpay/shared/api/schedule.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { CouponId, OfferId, ScheduleChangeId } from '@scanpay/shared/ids.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { canonicalJson } from '../../../core/approve/canonical-json.ts';
import { checkScheduleChange } from '../../../core/schedule/check-change.ts';
import type { PgScheduleChange } from '../../../ports/pg-schedule-store.ts';
import type { PgRegistration } from '../../../ports/pg-store.ts';
import { withinDeadline } from '../../common/deadline.ts';
import type { PgContext } from '../pg-context.ts';
import { deliverChange } from './deliver-change.ts';

/** What is asked for, and by whom. */
export interface ChangeRequest {
  changeId: ScheduleChangeId;
  offerId: OfferId;
  after: Schedule;
  reason: string;
  /** Null: the customer. */
  staffName: string | null;
}

/** Each of these finds that somebody else was faster. */
const maxTries = 3;

/**
 * The customer comes on other days, or with others. The change is on record here before the operator is told, and holds
 * once the operator has put it into its pre-registration DB. Waits a while for that; the change goes on either way.
 *
 * The PG owns schedules as it owns registrations: one company decides which of two changes came first, and the
 * operator's staff asks it like a customer does.
 *
 * Idempotent on the change id. Refuses with `schedule_conflict` (the id with another change), `coupon_unfinished`,
 * `offer_not_held`, `schedule_pending`, and as `checkScheduleChange` and the operator (`judgeScheduleOrder`) do.
 */
export async function changeSchedule(
  ctx: PgContext,
  registration: PgRegistration,
  request: ChangeRequest,
): Promise<Result<ScheduleChangeReply>> {
  const { changeId } = request;
  const bodySha256 = sha256Base64Url(canonicalJson({ couponId: registration.couponId, ...request }));
  for (let tried = 0; tried < maxTries; tried++) {
    const known = await ctx.store.findScheduleChange(changeId);
    if (known !== undefined) {
      if (known.bodySha256 !== bodySha256) return refuse('schedule_conflict', 'another change has this id');
      return waitForDecision(ctx, known);
    }
    const order = await makeOrder(ctx, registration, request);
    if (!order.ok) return order;
    const change: PgScheduleChange = { order: order.value, bodySha256, decision: null };
    if (await ctx.store.addScheduleChange(change)) return waitForDecision(ctx, change);
  }
  return refuse('schedule_pending');
}

async function makeOrder(
  ctx: PgContext,
  { couponId, entitlements, state, validUntilMs }: PgRegistration,
  { changeId, offerId, after, reason, staffName }: ChangeRequest,
): Promise<Result<ScheduleOrder>> {
  // Until then the operator may not know the coupon.
  if (state === 'stored') return refuse('coupon_unfinished');
  const registered = entitlements.find((each) => each.offerId === offerId);
  if (registered === undefined) return refuse('offer_not_held', '/offerId');
  const changed = await findSchedule(ctx, couponId, offerId);
  if (changed !== undefined && changed.pendingId !== null) return refuse('schedule_pending');
  const now = changed ?? { ...registered, applied: 0, asked: 0 };
  const nowMs = ctx.scheduler.nowMs();
  const rules = ctx.config.scheduleRules;
  const checked = checkScheduleChange({ after, reason, staffName }, now, { validUntilMs }, rules, nowMs);
  if (!checked.ok) return checked;
  const { visitFrom, visitTo, headcount, applied } = now;
  const before = { visitFrom, visitTo, headcount };
  return accept({ changeId, couponId, offerId, number: applied + 1, before, requestedAtMs: nowMs, ...checked.value });
}

const findSchedule = async ({ store }: PgContext, couponId: CouponId, offerId: OfferId) =>
  (await store.listSchedules(couponId)).find((each) => each.offerId === offerId);

async function waitForDecision(ctx: PgContext, { order }: PgScheduleChange): Promise<Result<ScheduleChangeReply>> {
  const { changeId, couponId, offerId } = order;
  await withinDeadline(ctx.scheduler, deliverChange(ctx, changeId), ctx.config.handOverReplyMs);
  const decision = (await ctx.store.findScheduleChange(changeId))?.decision ?? null;
  if (decision?.outcome === 'refused') return refuse(decision.code);
  return accept({ changeId, couponId, offerId, state: decision === null ? 'pending' : 'applied' });
}
