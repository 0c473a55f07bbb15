import {
  CouponQuerySchema,
  CouponScheduleSchema,
  ScheduleChangeReplySchema,
  ScheduleDecisionSchema,
  SignedScheduleOrderSchema,
  StaffScheduleChangeBodySchema,
} from '@scanpay/shared/api/schedule.ts';
import { refuse } from '@scanpay/shared/errors.ts';
import { CouponIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { RoleApp } from '../../common/role-app.ts';
import { askPeer } from '../ask-peer.ts';
import type { OperatorContext } from '../operator-context.ts';
import { showCoupon } from '../schedule/show-coupon.ts';
import { takeScheduleOrder } from '../schedule/take-order.ts';
import { refusals, unwrap } from './unwrap.ts';

/** The PG waits for the operator while it is asked, and that takes longer than an inquiry. */
const changeDeadlineMs = 8_000;

/** Changed schedules: from the PG, which keeps them, and for the staff, who asks the PG. */
export function addScheduleRoutes(app: RoleApp, ctx: OperatorContext): void {
  app.post(
    '/v1/schedule-changes',
    {
      config: { callers: ['pg'] },
      schema: {
        summary: 'Put a changed schedule into the pre-registration DB; once decided it stays so',
        tags: ['pg'],
        body: SignedScheduleOrderSchema,
        response: { 200: ScheduleDecisionSchema, ...refusals },
      },
    },
    async ({ body }) => unwrap(await takeScheduleOrder(ctx, body)),
  );
  app.get(
    '/v1/schedules',
    {
      schema: {
        summary: 'A coupon by its id or auth number: schedules, uses left, changes and no-shows',
        tags: ['staff'],
        querystring: CouponQuerySchema,
        response: { 200: CouponScheduleSchema, ...refusals },
      },
    },
    async ({ query: { couponId, authNumber } }) => {
      if ((couponId === undefined) === (authNumber === undefined)) {
        return unwrap(refuse('invalid_input', '/couponId or /authNumber'));
      }
      const reference = couponId === undefined ? { authNumber: authNumber ?? '' } : { couponId };
      const coupon = await ctx.store.findCoupon(reference as Parameters<typeof ctx.store.findCoupon>[0]);
      return coupon === undefined ? unwrap(refuse('not_found')) : showCoupon(ctx.store, coupon);
    },
  );
  app.post(
    '/v1/coupons/:couponId/schedule-changes',
    {
      schema: {
        summary: 'Other dates or another headcount for a customer: asks the PG, whose schedules they are',
        tags: ['staff'],
        params: strictObject({ couponId: CouponIdSchema }),
        body: StaffScheduleChangeBodySchema,
        response: { 200: ScheduleChangeReplySchema, ...refusals },
      },
    },
    async ({ params, body, staff }) => {
      const change = { ...body, by: staff?.name ?? body.by };
      const answer = await askPeer(ctx, () => ctx.pg.changeSchedule(params.couponId, change), changeDeadlineMs);
      return unwrap(answer === 'unknown' ? refuse('upstream_unavailable', 'ask again with the same id') : answer);
    },
  );
}
