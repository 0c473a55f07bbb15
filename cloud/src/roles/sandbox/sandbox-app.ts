import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { MerchantListSchema } from '@scanpay/shared/api/contract.ts';
import { DebtListSchema, PaymentTraceParamsSchema, ReconciliationSchema } from '@scanpay/shared/api/reconciliation.ts';
import {
  CompanyStatementParamsSchema,
  MobileListSchema,
  MobileSchema,
  PhoneMessageListSchema,
  PictureParamsSchema,
  SettlementDaySchema,
} from '@scanpay/shared/api/sandbox.ts';
import {
  CloseBodySchema,
  CloseReplySchema,
  LineActReplySchema,
  LinePageSchema,
  LinesQuerySchema,
  SettleLineBodySchema,
  StatementDetailSchema,
} from '@scanpay/shared/api/settlement.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { BusinessDateSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { Company } from '../../ports/ledger.ts';
import type { Log } from '../../ports/log.ts';
import type { MmsInbox } from '../../ports/mms-inbox.ts';
import { addPages } from '../../web/add-pages.ts';
import { phonePage, sandboxBookPages } from '../../web/pages.ts';
import { createRoleApp, type RoleApp } from '../common/role-app.ts';
import { type CompanyCall, type CompanyDownload, openCompanyFile } from './ask-company.ts';
import { addBookSearch } from './book-search.ts';
import { createSettlementOverview } from './settlement-overview.ts';

const refusals = { '4xx': ErrorBodySchema, '5xx': ErrorBodySchema };
const tags = ['sandbox'];

/**
 * The stand-in for the outside world where all companies run on one machine: the customers' phones, and all books side
 * by side. It has no data of its own, and it lets anybody read everything: never for a live system.
 */
export function createSandboxApp(deps: {
  /** What the local MMS outbox has delivered. */
  inbox: MmsInbox;
  /** HTTP calls to a company, within the process or over the network. */
  callTo: (company: Company) => CompanyCall;
  /** Files of a company, as streams. */
  downloadFrom: (company: Company) => CompanyDownload;
  log: Log;
}): RoleApp {
  const app = createRoleApp({ title: 'ScanPay sandbox', log: deps.log });
  app.after(() => {
    addPages(app, [phonePage, ...sandboxBookPages]);
    app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.redirect('/phone'));
    addPhoneRoutes(app, deps.inbox);
    addSettlementRoutes(app, deps.callTo);
    addBookSearch(app, deps.callTo);
    addStatementFiles(app, deps.downloadFrom);
  });
  return app;
}

function addPhoneRoutes(app: RoleApp, inbox: MmsInbox): void {
  app.get(
    '/v1/phones',
    { schema: { tags, summary: 'Phones that got a message', response: { 200: MobileListSchema } } },
    async () => ({ mobiles: await inbox.listMobiles() }),
  );
  app.get(
    '/v1/phones/:mobile/messages',
    {
      schema: {
        tags,
        summary: 'Messages of a phone, newest first',
        params: strictObject({ mobile: MobileSchema }),
        response: { 200: PhoneMessageListSchema, ...refusals },
      },
    },
    async ({ params }) => ({ messages: await inbox.listMessages(params.mobile) }),
  );
  app.get(
    '/v1/phones/:mobile/messages/:number/picture',
    { schema: { tags, summary: 'The picture of a message', params: PictureParamsSchema } },
    async ({ params }, reply) => {
      const jpeg = await inbox.readJpeg(params.mobile, params.number);
      if (jpeg === undefined) throw new ScanPayError('not_found');
      return reply.type('image/jpeg').header('cache-control', 'no-cache').send(jpeg);
    },
  );
}

/** Passed through as they come from the company, byte by byte. */
function addStatementFiles(app: RoleApp, downloadFrom: (company: Company) => CompanyDownload): void {
  for (const name of ['statement.json-lines', 'statement.csv', 'statement.pdf']) {
    app.get(
      `/v1/companies/:company/statements/:statementId/${name}`,
      {
        exposeHeadRoute: false,
        schema: { tags, summary: `${name} as one company has it`, params: CompanyStatementParamsSchema },
      },
      async ({ params: { company, statementId } }, reply) => {
        const path = `/v1/settlement/statements/${statementId}/${name}`;
        const { contentType, disposition, body } = await openCompanyFile(downloadFrom(company), company, path);
        if (disposition !== null) reply.header('content-disposition', disposition);
        return reply.type(contentType).header('cache-control', 'no-store').send(body);
      },
    );
  }
}

function addSettlementRoutes(app: RoleApp, callTo: (company: Company) => CompanyCall): void {
  const overview = createSettlementOverview(callTo);
  app.get(
    '/v1/settlement-days/:businessDate',
    {
      schema: {
        tags,
        summary: "A day's settlement at all companies, from their own APIs",
        params: strictObject({ businessDate: BusinessDateSchema }),
        response: { 200: SettlementDaySchema, ...refusals },
      },
    },
    async ({ params: { businessDate } }) => ({ businessDate, companies: await overview.readDay(businessDate) }),
  );
  app.get(
    '/v1/companies/:company/statements/:statementId',
    {
      schema: {
        tags,
        summary: 'One statement as one company has it',
        params: CompanyStatementParamsSchema,
        response: { 200: StatementDetailSchema, ...refusals },
      },
    },
    ({ params }) => overview.readStatement(params.company, params.statementId),
  );
  app.get(
    '/v1/companies/:company/statements/:statementId/lines',
    {
      schema: {
        tags,
        summary: 'Lines of a statement, in pages, as one company has them',
        params: CompanyStatementParamsSchema,
        querystring: LinesQuerySchema,
        response: { 200: LinePageSchema, ...refusals },
      },
    },
    ({ params, query }) => overview.readLines(params.company, params.statementId, query.after),
  );
  app.post(
    '/v1/companies/:company/statements/:statementId/settle-line',
    {
      schema: {
        tags,
        summary: 'Let a company give way on a disputed line',
        params: CompanyStatementParamsSchema,
        body: SettleLineBodySchema,
        response: { 200: LineActReplySchema, ...refusals },
      },
    },
    ({ params, body }) => overview.settleLine(params.company, params.statementId, body),
  );
  app.get(
    '/v1/merchants',
    { schema: { tags, summary: 'What the shops are called', response: { 200: MerchantListSchema, ...refusals } } },
    () => overview.readMerchants(),
  );
  app.get('/v1/debts', { schema: { tags, summary: 'Who owes whom', response: { 200: DebtListSchema } } }, async () => ({
    debts: await overview.readDebts(),
  }));
  app.get(
    '/v1/reconciliation/:paymentId',
    {
      schema: {
        tags,
        summary: 'A payment at all companies, side by side',
        params: PaymentTraceParamsSchema,
        response: { 200: ReconciliationSchema, ...refusals },
      },
    },
    ({ params }) => overview.reconcile(params.paymentId),
  );
  app.post(
    '/v1/settlement-days/close',
    {
      schema: {
        tags,
        summary: 'Close a business date at the operator, the PG and the card company, in this order',
        body: CloseBodySchema,
        response: { 200: CloseReplySchema, ...refusals },
      },
    },
    async ({ body: { businessDate } }) => {
      const closed = await overview.closeDay(businessDate);
      if (!closed.ok) throw new ScanPayError(closed.code, closed.detail);
      return { businessDate, closed: true as const };
    },
  );
}
