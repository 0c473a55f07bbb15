import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import {
  BookFindingsSchema,
  BookSearchQuerySchema,
  DebtListSchema,
  PaymentTraceParamsSchema,
  PaymentTraceSchema,
} from '@scanpay/shared/api/reconciliation.ts';
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
import type { PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { BusinessDateSchema, StatementIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import { parseBookSearch } from '@scanpay/shared/settlement/book-search.ts';
import { nextCompany, previousCompany } from '../../core/settle/hops.ts';
import { debtsOf } from '../../core/settle/who-owes.ts';
import type { Company } from '../../ports/ledger.ts';
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

const linePages = {
  params: StatementParams,
  querystring: LinesQuerySchema,
  response: { 200: LinePageSchema, 404: ErrorBodySchema },
};

async function readLines(settlement: Settlement, statementId: StatementId, after: PaymentId | undefined) {
  const page = await settlement.readLines(statementId, after ?? null);
  if (page === undefined) throw new ScanPayError('not_found');
  return page;
}

/** Adds the settlement routes to a company's app; those that receive statements only where there are any. */
export function addSettlementRoutes(app: RoleApp, settlement: Settlement): void {
  addReads(app, settlement);
  app.post(
    '/v1/settlement/close',
    {
      config: { access: 'manager' },
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
  const { inbox, company } = settlement;
  const [sender, receiver] = [previousCompany[company], nextCompany[company]];
  addLineRoutes(app, settlement.lineDesk, [sender, receiver]);
  if (inbox !== null && sender !== null) addInbox(app, inbox, sender);
  if (receiver !== null) addLinesForReceiver(app, settlement, receiver);
}

/** For the company whose statements these are. */
function addInbox(app: RoleApp, inbox: StatementInbox, sender: Company): void {
  const config = { callers: [sender] };
  app.post(
    '/v1/statements',
    {
      config,
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
      config,
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

/** For the company that finds another sum than the statement says. */
function addLinesForReceiver(app: RoleApp, settlement: Settlement, receiver: Company): void {
  app.get(
    '/v1/statements/:statementId/lines',
    {
      config: { callers: [receiver] },
      schema: { tags, summary: 'Lines of a statement for its receiver, in pages', ...linePages },
    },
    ({ params, query }) => readLines(settlement, params.statementId, query.after),
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
      schema: { tags, summary: 'Lines of a statement, in pages, as the book of this company has them', ...linePages },
    },
    ({ params, query }) => readLines(settlement, params.statementId, query.after),
  );
  app.get(
    '/v1/settlement/search',
    {
      schema: {
        tags,
        summary: 'What this book has of a receipt code, a number, or an amount of a date',
        querystring: BookSearchQuerySchema,
        response: { 200: BookFindingsSchema, 400: ErrorBodySchema },
      },
    },
    async ({ query: { find, businessDate } }) => settlement.search(unwrap(parseBookSearch(find, businessDate))),
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
  app.get(
    '/v1/settlement/debts',
    {
      schema: {
        tags,
        summary: 'What this company owes and is owed, by its own book',
        response: { 200: DebtListSchema },
      },
    },
    async () => ({ debts: debtsOf({ company: settlement.company, balances: await settlement.readBalances() }) }),
  );
}
