import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import {
  ApprovalBodySchema,
  ApprovalReplySchema,
  CancellationBodySchema,
  CancellationReplySchema,
  CardDeletionReplySchema,
  OfferListSchema,
  RegistrationBodySchema,
  RegistrationReplySchema,
  ReversalBodySchema,
  ReversalReplySchema,
} from '@scanpay/shared/api/pg.ts';
import { type Result, ScanPayError } from '@scanpay/shared/errors.ts';
import { CouponIdSchema, PaymentIdSchema, RegistrationIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { RoleApp } from '../common/role-app.ts';
import { approve, inquire } from './approve.ts';
import { cancel } from './cancel.ts';
import { deleteCard } from './card-deletion.ts';
import type { PgContext } from './pg-context.ts';
import { findRegistrationState, register } from './register.ts';
import { reverse } from './reverse.ts';

const refusals = { '4xx': ErrorBodySchema, '5xx': ErrorBodySchema };

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new ScanPayError(result.code, result.detail);
  return result.value;
}

/** For customers: offers and registration. */
export function addCustomerRoutes(app: RoleApp, ctx: PgContext): void {
  const tags = ['customer'];
  const { registrationsPerMinute } = ctx.config;
  app.get(
    '/v1/offers',
    { config: { access: 'open' }, schema: { summary: 'The offers on sale', tags, response: { 200: OfferListSchema } } },
    async () => ({ offers: [...ctx.offers] }),
  );
  app.post(
    '/v1/registrations',
    {
      schema: {
        summary: 'S01–S03: register a card and the offers wanted; waits a while for the barcode to be sent',
        tags,
        body: RegistrationBodySchema,
        response: { 200: RegistrationReplySchema, ...refusals },
      },
      config: {
        access: 'open',
        rateLimit: registrationsPerMinute === null ? false : { max: registrationsPerMinute, timeWindow: 60_000 },
      },
    },
    async (request) => orThrow(await register(ctx, request.body)),
  );
  app.get(
    '/v1/registrations/:registrationId',
    {
      config: { access: 'open' },
      schema: {
        summary: 'How far a registration has come',
        tags,
        params: strictObject({ registrationId: RegistrationIdSchema }),
        response: { 200: RegistrationReplySchema, ...refusals },
      },
    },
    async (request) => orThrow(await findRegistrationState(ctx, request.params.registrationId)),
  );
}

const operatorOnly = { callers: ['operator'] } as const;

/** For the operator: payments, and the deletion of card data. */
export function addOperatorRoutes(app: RoleApp, ctx: PgContext): void {
  const tags = ['operator'];
  app.post(
    '/v1/card-deletions/:couponId',
    {
      config: operatorOnly,
      schema: {
        summary: "S05: delete a coupon's card data; returns the signed record",
        tags,
        params: strictObject({ couponId: CouponIdSchema }),
        response: { 200: CardDeletionReplySchema, ...refusals },
      },
    },
    async (request) => ({ recordJws: orThrow(await deleteCard(ctx, request.params.couponId, 'operator')) }),
  );
  app.post(
    '/v1/approvals',
    {
      config: operatorOnly,
      schema: {
        summary: 'S10: approve a payment',
        tags,
        body: ApprovalBodySchema,
        response: { 200: ApprovalReplySchema, ...refusals },
      },
    },
    async (request) => orThrow(await approve(ctx, request.body)),
  );
  app.get(
    '/v1/approvals/:paymentId',
    {
      config: operatorOnly,
      schema: {
        summary: 'What became of a payment',
        tags,
        params: strictObject({ paymentId: PaymentIdSchema }),
        response: { 200: ApprovalReplySchema, ...refusals },
      },
    },
    async (request) => orThrow(await inquire(ctx, request.params.paymentId)),
  );
  addUndoRoutes(app, ctx, tags);
}

function addUndoRoutes(app: RoleApp, ctx: PgContext, tags: string[]): void {
  app.post(
    '/v1/reversals',
    {
      config: operatorOnly,
      schema: {
        summary: 'Make it so that a payment never happened (망취소)',
        tags,
        body: ReversalBodySchema,
        response: { 200: ReversalReplySchema, ...refusals },
      },
    },
    async (request) => orThrow(await reverse(ctx, request.body)),
  );
  app.post(
    '/v1/cancellations',
    {
      config: operatorOnly,
      schema: {
        summary: 'Give an approved payment back, whole',
        tags,
        body: CancellationBodySchema,
        response: { 200: CancellationReplySchema, ...refusals },
      },
    },
    async (request) => orThrow(await cancel(ctx, request.body)),
  );
}
