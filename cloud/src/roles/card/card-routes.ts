import { AuthorisationBodySchema, AuthorisationReplySchema } from '@scanpay/shared/api/card.ts';
import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import {
  CancellationBodySchema,
  CancellationReplySchema,
  ReversalBodySchema,
  ReversalReplySchema,
} from '@scanpay/shared/api/pg.ts';
import { type Result, ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { PaymentIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { RoleApp } from '../common/role-app.ts';
import { authorise, cancel, inquire, reverse } from './authorise.ts';
import type { CardDeps } from './card-context.ts';

const tags = ['pg'];
const config = { callers: ['pg'] } as const;
const refusals = { '4xx': ErrorBodySchema, '5xx': ErrorBodySchema };

/** Carries out a call between the faults a test may inject, and lets a notice it may have queued go out. */
type Serve = <T>(call: string, paymentId: PaymentId, work: () => Promise<Result<T>>) => Promise<T>;

function createServe({ faults }: CardDeps, wakeNotices: () => void): Serve {
  return async (call, paymentId, work) => {
    await faults?.beforeWork?.(call, paymentId);
    const result = await work();
    if (call !== 'inquire') wakeNotices();
    await faults?.beforeReply?.(call, paymentId);
    if (!result.ok) throw new ScanPayError(result.code, result.detail);
    return result.value;
  };
}

/** For the PG. */
export function addCardRoutes(app: RoleApp, deps: CardDeps, wakeNotices: () => void): void {
  const serve = createServe(deps, wakeNotices);
  app.post(
    '/v1/authorisations',
    {
      config,
      schema: {
        summary: 'S10, S11: authorise and capture a charge',
        tags,
        body: AuthorisationBodySchema,
        response: { 200: AuthorisationReplySchema, ...refusals },
      },
    },
    ({ body }) => serve('authorise', body.paymentId, () => authorise(deps, body)),
  );
  app.get(
    '/v1/authorisations/:paymentId',
    {
      config,
      schema: {
        summary: 'What became of a charge',
        tags,
        params: strictObject({ paymentId: PaymentIdSchema }),
        response: { 200: AuthorisationReplySchema, ...refusals },
      },
    },
    ({ params: { paymentId } }) => serve('inquire', paymentId, () => inquire(deps, paymentId)),
  );
  app.post(
    '/v1/reversals',
    {
      config,
      schema: {
        summary: 'Make it so that a charge never happened (망취소)',
        tags,
        body: ReversalBodySchema,
        response: { 200: ReversalReplySchema, ...refusals },
      },
    },
    ({ body }) => serve('reverse', body.paymentId, () => reverse(deps, body)),
  );
  app.post(
    '/v1/cancellations',
    {
      config,
      schema: {
        summary: 'Give a charge back, whole',
        tags,
        body: CancellationBodySchema,
        response: { 200: CancellationReplySchema, ...refusals },
      },
    },
    ({ body }) => serve('cancel', body.paymentId, () => cancel(deps, body)),
  );
}
