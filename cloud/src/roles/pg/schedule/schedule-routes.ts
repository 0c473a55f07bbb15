import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import {
  RegistrationScheduleSchema,
  type ScheduleChangeBody,
  ScheduleChangeBodySchema,
  ScheduleChangeReplySchema,
  StaffScheduleChangeBodySchema,
} from '@scanpay/shared/api/schedule.ts';
import { type Result, ScanPayError } from '@scanpay/shared/errors.ts';
import { CouponIdSchema, RegistrationIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { PgRegistration } from '../../../ports/pg-store.ts';
import type { RoleApp } from '../../common/role-app.ts';
import type { PgContext } from '../pg-context.ts';
import { type ChangeRequest, changeSchedule } from './change-schedule.ts';
import { showSchedule } from './show-schedule.ts';

const refusals = { '4xx': ErrorBodySchema, '5xx': ErrorBodySchema };
const RegistrationParams = strictObject({ registrationId: RegistrationIdSchema });

/** Whoever has the registration id, which nobody guesses, is its customer. */
export function addScheduleRoutes(app: RoleApp, ctx: PgContext): void {
  const { registrationsPerMinute } = ctx.config;
  const rateLimit = registrationsPerMinute === null ? false : { max: registrationsPerMinute, timeWindow: 60_000 };
  app.get(
    '/v1/registrations/:registrationId/schedule',
    {
      config: { access: 'open' },
      schema: {
        summary: 'The dates and headcount of each offer, and how they were changed',
        tags: ['customer'],
        params: RegistrationParams,
        response: { 200: RegistrationScheduleSchema, ...refusals },
      },
    },
    async ({ params }) => showSchedule(ctx, requireKnown(await ctx.store.findRegistration(params.registrationId))),
  );
  app.post(
    '/v1/registrations/:registrationId/schedule-changes',
    {
      config: { access: 'open', rateLimit },
      schema: {
        summary: 'Other dates or another headcount for one offer; waits a while for the operator',
        tags: ['customer'],
        params: RegistrationParams,
        body: ScheduleChangeBodySchema,
        response: { 200: ScheduleChangeReplySchema, ...refusals },
      },
    },
    async ({ params, body }) => {
      const registration = requireKnown(await ctx.store.findRegistration(params.registrationId));
      return orThrow(await changeSchedule(ctx, registration, toRequest(body, null)));
    },
  );
  app.post(
    '/v1/coupons/:couponId/schedule-changes',
    {
      config: { callers: ['operator'] },
      schema: {
        summary: "The same, by the operator's staff for a customer",
        tags: ['operator'],
        params: strictObject({ couponId: CouponIdSchema }),
        body: StaffScheduleChangeBodySchema,
        response: { 200: ScheduleChangeReplySchema, ...refusals },
      },
    },
    async ({ params, body }) => {
      const registration = requireKnown(await ctx.store.findRegistrationByCoupon(params.couponId));
      return orThrow(await changeSchedule(ctx, registration, toRequest(body, body.by)));
    },
  );
}

function toRequest(body: ScheduleChangeBody, staffName: string | null): ChangeRequest {
  const { changeId, offerId, visitFrom, visitTo, headcount, reason } = body;
  return { changeId, offerId, after: { visitFrom, visitTo, headcount }, reason, staffName };
}

function requireKnown(registration: PgRegistration | undefined): PgRegistration {
  if (registration === undefined) throw new ScanPayError('not_found');
  return registration;
}

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new ScanPayError(result.code, result.detail);
  return result.value;
}
