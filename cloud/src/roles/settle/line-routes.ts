import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { LineActBodySchema, LineActReplySchema, SettleLineBodySchema } from '@scanpay/shared/api/settlement.ts';
import { type Result, ScanPayError } from '@scanpay/shared/errors.ts';
import type { StatementId } from '@scanpay/shared/ids.ts';
import { StatementIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { Company } from '../../ports/ledger.ts';
import type { RoleApp } from '../common/role-app.ts';
import type { LineDesk } from './line-desk.ts';

const tags = ['settlement'];
const params = strictObject({ statementId: StatementIdSchema });
const response = {
  200: LineActReplySchema,
  400: ErrorBodySchema,
  401: ErrorBodySchema,
  404: ErrorBodySchema,
  409: ErrorBodySchema,
};

function done(result: Result<void>, statementId: StatementId) {
  if (!result.ok) throw new ScanPayError(result.code, result.detail);
  return { statementId, settled: true as const };
}

/** Disputed lines: for one's own staff, and for the companies before and after this one. */
export function addLineRoutes(app: RoleApp, desk: LineDesk, neighbours: readonly (Company | null)[]): void {
  app.post(
    '/v1/settlement/statements/:statementId/lines/settle',
    {
      config: { access: 'manager' },
      schema: {
        tags,
        summary: 'Give way on a disputed line: its receiver accepts it, its sender corrects or withdraws it',
        params,
        body: SettleLineBodySchema,
        response,
      },
    },
    async ({ params: { statementId }, body: { line, note = '' } }) =>
      done(await desk.settle(statementId, line, note), statementId),
  );
  app.post(
    '/v1/statements/:statementId/line-acts',
    {
      config: { callers: neighbours.filter((each) => each !== null) },
      schema: {
        tags,
        summary: 'Say, signed, that one gives way on a disputed line',
        params,
        body: LineActBodySchema,
        response,
      },
    },
    async ({ params: { statementId }, body }) => done(await desk.takeAct(statementId, body.actJws), statementId),
  );
}
