import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { PaymentTraceParamsSchema, PaymentTraceSchema } from '@scanpay/shared/api/reconciliation.ts';
import {
  BalanceListSchema,
  CloseBodySchema,
  CloseReplySchema,
  LinePageSchema,
  LinesQuerySchema,
  PaidBodySchema,
  PaidReplySchema,
  StatementAnswerSchema,
  StatementBodySchema,
  StatementDetailSchema,
  StatementListSchema,
} from '@scanpay/shared/api/settlement.ts';
import { type Result, ScanPayError } from '@scanpay/shared/errors.ts';
import { BusinessDateSchema, StatementIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { RoleApp } from '../common/role-app.ts';
import { addLineRoutes } from './line-routes.ts';
import type { Settlement } from './settlement.ts';
import type { StatementInbox } from './statement-inbox.ts';

const tags = ['settlement'];
const StatementParams = strictObject({ statementId: StatementIdSchema });

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new ScanPayError(result.code, result.detail);
  return result.value;
}

/** Adds the settlement routes to a company's app; those that receive statements only where there are any. */
export function addSettlementRoutes(app: RoleApp, settlement: Settlement): void {
  addReads(app, settlement);
  app.post(
    '/v1/settlement/close',
    {
      schema: {
        tags,
        summary: 'Close a business date',
        body: CloseBodySchema,
        response: { 200: CloseReplySchema, 400: ErrorBodySchema, 409: ErrorBodySchema },
      },
    },
    async ({ body }) => {
      unwrap(await settlement.close(body.businessDate));
      return { businessDate: body.businessDate, closed: true as const };
    },
  );
  addLineRoutes(app, settlement.lineDesk);
  if (settlement.inbox !== null) addInbox(app, settlement.inbox);
}

function addInbox(app: RoleApp, inbox: StatementInbox): void {
  app.post(
    '/v1/statements',
    {
      schema: {
        tags,
        summary: 'Present a signed statement (S13, S14)',
        body: StatementBodySchema,
        response: { 200: StatementAnswerSchema, 400: ErrorBodySchema, 401: ErrorBodySchema, 409: ErrorBodySchema },
      },
    },
    async ({ body }) => unwrap(await inbox.receive(body.statementJws)),
  );
  app.post(
    '/v1/statements/:statementId/paid',
    {
      schema: {
        tags,
        summary: 'Say, signed, that a statement, or what is agreed of it, is paid',
        params: StatementParams,
        body: PaidBodySchema,
        response: { 200: PaidReplySchema, 401: ErrorBodySchema, 404: ErrorBodySchema, 409: ErrorBodySchema },
      },
    },
    async ({ params, body }) => {
      unwrap(await inbox.receivePaid(params.statementId, body.adviceJws));
      return { statementId: params.statementId, paid: true as const };
    },
  );
}

function addReads(app: RoleApp, settlement: Settlement): void {
  app.get(
    '/v1/settlement/statements',
    {
      schema: {
        tags,
        summary: 'Statements sent and received for a business date',
        querystring: strictObject({ businessDate: BusinessDateSchema }),
        response: { 200: StatementListSchema },
      },
    },
    async ({ query }) => ({ statements: await settlement.listStatements(query.businessDate) }),
  );
  app.get(
    '/v1/settlement/statements/:statementId',
    {
      schema: {
        tags,
        summary: 'One statement with its signed text',
        params: StatementParams,
        response: { 200: StatementDetailSchema, 404: ErrorBodySchema },
      },
    },
    async ({ params }) => {
      const detail = await settlement.findStatement(params.statementId);
      if (detail === undefined) throw new ScanPayError('not_found');
      return detail;
    },
  );
  app.get(
    '/v1/settlement/statements/:statementId/lines',
    {
      schema: {
        tags,
        summary: 'Lines of a statement, in pages, as the book of this company has them',
        params: StatementParams,
        querystring: LinesQuerySchema,
        response: { 200: LinePageSchema, 404: ErrorBodySchema },
      },
    },
    async ({ params, query }) => {
      const page = await settlement.readLines(params.statementId, query.after ?? null);
      if (page === undefined) throw new ScanPayError('not_found');
      return page;
    },
  );
  app.get(
    '/v1/settlement/payments/:paymentId',
    {
      schema: {
        tags,
        summary: 'A payment in this book: contract, entries, statements and what was paid',
        params: PaymentTraceParamsSchema,
        response: { 200: PaymentTraceSchema, 404: ErrorBodySchema },
      },
    },
    async ({ params }) => {
      const trace = await settlement.tracePayment(params.paymentId);
      if (trace === undefined) throw new ScanPayError('not_found');
      return trace;
    },
  );
  app.get(
    '/v1/settlement/balances',
    { schema: { tags, summary: 'Balance of every account', response: { 200: BalanceListSchema } } },
    async () => ({ company: settlement.company, balances: await settlement.readBalances() }),
  );
}
