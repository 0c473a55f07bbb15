import {
  PreRegistrationBodySchema,
  PreRegistrationReplySchema,
  RevokeReplySchema,
} from '@scanpay/shared/api/operator.ts';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import { CouponIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { RoleApp } from '../../common/role-app.ts';
import { preRegister } from '../issue/pre-register.ts';
import type { OperatorContext } from '../operator-context.ts';
import { DeletionListSchema } from './schemas.ts';
import { refusals, unwrap } from './unwrap.ts';

const CouponParams = strictObject({ couponId: CouponIdSchema });

/** S03 for the PG; revocation and proof of deletion for the operator's staff. */
export function addCouponRoutes(app: RoleApp, ctx: OperatorContext): void {
  app.post(
    '/v1/pre-registrations',
    {
      config: { callers: ['pg'] },
      schema: {
        summary: 'S03: register a coupon; waits a while for its barcode to be sent',
        tags: ['pg'],
        body: PreRegistrationBodySchema,
        response: { 200: PreRegistrationReplySchema, ...refusals },
      },
    },
    async (request) => unwrap(await preRegister(ctx, request.body)),
  );
  app.post(
    '/v1/coupons/:couponId/revoke',
    {
      schema: {
        summary: 'Revoke a coupon: no payment from now on; revoking again changes nothing',
        tags: ['staff'],
        params: CouponParams,
        response: { 200: RevokeReplySchema, ...refusals },
      },
    },
    async ({ params: { couponId } }) => {
      const revokedAtMs = await ctx.store.revokeCoupon(couponId, ctx.scheduler.nowMs());
      return unwrap(revokedAtMs === undefined ? refuse('not_found') : accept({ couponId, revokedAtMs }));
    },
  );
  app.get(
    '/v1/coupons/:couponId/deletions',
    {
      schema: {
        summary: "S05: the signed records of the deletion of a coupon's card data",
        tags: ['staff'],
        params: CouponParams,
        response: { 200: DeletionListSchema, ...refusals },
      },
    },
    async ({ params: { couponId } }) => {
      const isKnown = (await ctx.store.findIssue(couponId)) !== undefined;
      const records = await ctx.store.listDeletions(couponId);
      return unwrap(isKnown ? accept({ couponId, records }) : refuse('not_found'));
    },
  );
}
