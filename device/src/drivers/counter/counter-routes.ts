import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import {
  AcceptLineBodySchema,
  AnswerBodySchema,
  AuthNumberBodySchema,
  type BoxStatement,
  BoxStatementLinesSchema,
  BoxStatementListSchema,
  BoxViewSchema,
  CameraLookSchema,
  CancelBodySchema,
  ConfirmBodySchema,
  DoneSchema,
  maxListedFaults,
  PaymentListSchema,
  ReceiptListSchema,
  ReceiptParamsSchema,
  SaleBodySchema,
  StatementParamsSchema,
} from '@scanpay/shared/api/box.ts';
import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { HandOverBodySchema, SignedHandOverSchema } from '@scanpay/shared/api/hand-over.ts';
import { LightListSchema, type LightRow } from '@scanpay/shared/api/lights.ts';
import { type Result, ScanPayError } from '@scanpay/shared/errors.ts';
import type { FastifyInstance } from 'fastify';
import type { CounterBox } from '../../ports/counter-box.ts';
import type { StatementRecord } from '../../ports/journal.ts';
import { type LightMeaning, lightPatterns } from '../../ports/light-patterns.ts';

const listLimit = 50;
/** A business date has some: one for each date on which its payments are paid. */
const statementLimit = 150;

function done(result: Result<void>): { done: true } {
  if (!result.ok) throw new ScanPayError(result.code, result.detail);
  return { done: true };
}

const tags = ['counter'];
const isLoopback = (ip: string): boolean => ip === '::1' || /^(::ffff:)?127\./u.test(ip);

/** The local HTTP API, under `/api`. */
export function addCounterRoutes(instance: FastifyInstance, box: CounterBox): void {
  instance.setValidatorCompiler(TypeBoxValidatorCompiler);
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  const response = { 200: DoneSchema };
  app.get(
    '/api/state',
    { schema: { tags, summary: 'What the counter shows', response: { 200: BoxViewSchema } } },
    async () => box.view(),
  );
  app.post(
    '/api/sale',
    { schema: { tags, summary: 'Enter a sale; the next coupon pays it', body: SaleBodySchema, response } },
    async ({ body }) => done(await box.enterSale(body)),
  );
  app.post('/api/abandon', { schema: { tags, summary: 'Give up what is on the counter', response } }, async () =>
    done(await box.abandon()),
  );
  app.post(
    '/api/auth-number',
    { schema: { tags, summary: 'Auth number instead of a scan (cash only)', body: AuthNumberBodySchema, response } },
    async ({ body }) => done(await box.enterAuthNumber(body.authNumber)),
  );
  app.post(
    '/api/recheck',
    { schema: { tags, summary: 'Confirm the fields asked for', body: ConfirmBodySchema, response } },
    async ({ body }) => done(await box.confirmRecheck(body.paymentId, body.confirmed)),
  );
  app.post(
    '/api/cancel',
    { schema: { tags, summary: 'Give a payment back, whole or in part', body: CancelBodySchema, response } },
    async ({ body }) => done(await box.requestCancel(body.paymentId, body.amountWon)),
  );
  app.post(
    '/api/refund',
    { schema: { tags, summary: 'Ask for a refund; the next scan names the payment', response } },
    async () => done(await box.askRefund()),
  );
  addListRoutes(app, box);
  app.post(
    '/api/statements/:statementId/answer',
    {
      schema: {
        tags,
        summary: 'Approve or dispute a statement',
        params: StatementParamsSchema,
        body: AnswerBodySchema,
        response,
      },
    },
    async ({ params, body }) => done(await box.answerStatement(params.statementId, body.answer)),
  );
  app.post(
    '/api/statements/:statementId/accept-line',
    {
      schema: {
        tags,
        summary: "Take the operator's version of a disputed line",
        params: StatementParamsSchema,
        body: AcceptLineBodySchema,
        response,
      },
    },
    async ({ params, body }) => done(await box.acceptLine(params.statementId, body.line)),
  );
}

type TypedApp = ReturnType<typeof typed>;
const typed = (app: FastifyInstance) => app.withTypeProvider<TypeBoxTypeProvider>();

function toBoxStatement({ sha256: _, faults, ...record }: StatementRecord): BoxStatement {
  return { ...record, faultCount: faults.length, faults: faults.slice(0, maxListedFaults) };
}

function addListRoutes(app: TypedApp, box: CounterBox): void {
  app.get(
    '/api/payments',
    { schema: { tags, summary: 'The latest payments', response: { 200: PaymentListSchema } } },
    async () => ({ payments: box.payments(listLimit) }),
  );
  app.get(
    '/api/receipts',
    { schema: { tags, summary: 'The latest receipts', response: { 200: ReceiptListSchema } } },
    async () => ({
      receipts: box.receipts(listLimit).map(({ receiptId, receipt, state }) => ({
        receiptId,
        kind: receipt.kind,
        state,
        reprint: receipt.reprint,
        title: receipt.kind === 'notice' ? receipt.title : receipt.receiptNo,
      })),
    }),
  );
  app.post(
    '/api/receipts/:receiptId/reprint',
    { schema: { tags, summary: 'Print a marked copy', params: ReceiptParamsSchema, response: { 200: DoneSchema } } },
    async ({ params }) => done(box.reprint(params.receiptId)),
  );
  app.get(
    '/api/statements',
    { schema: { tags, summary: 'The latest statements', response: { 200: BoxStatementListSchema } } },
    async () => ({ statements: box.statements(statementLimit).map(toBoxStatement) }),
  );
  app.get(
    '/api/statements/:statementId/lines',
    {
      schema: {
        tags,
        summary: 'The lines of a statement, and those that differ',
        params: StatementParamsSchema,
        response: { 200: BoxStatementLinesSchema, 404: ErrorBodySchema },
      },
    },
    async ({ params }) => {
      const record = box.findStatement(params.statementId);
      if (record === null) throw new ScanPayError('not_found');
      return { lines: box.statementLines(params.statementId), faults: record.faults };
    },
  );
  app.post(
    '/api/hand-over',
    {
      schema: {
        summary: 'Sign and print the hand-over of this box; taken from the box itself only',
        tags,
        body: HandOverBodySchema,
        response: { 200: SignedHandOverSchema },
      },
    },
    async ({ body, ip }) => {
      if (!isLoopback(ip)) throw new ScanPayError('device_mismatch', 'only from the box itself');
      const signed = await box.handOver(body);
      if (!signed.ok) throw new ScanPayError(signed.code, signed.detail);
      return signed.value;
    },
  );
  // Not by GET: any page open in that browser could then stop the scanning.
  app.post(
    '/api/camera/look',
    { schema: { tags, summary: 'One picture of what the camera sees', response: { 200: CameraLookSchema } } },
    async () => {
      const look = await box.lookThroughCamera();
      if (!look.ok) throw new ScanPayError(look.code, look.detail);
      const { jpeg, takenAtMs, seen } = look.value;
      return { picture: Buffer.from(jpeg).toString('base64'), takenAtMs, seen };
    },
  );
  app.get(
    '/api/lights',
    { schema: { tags, summary: 'What the lamp shows, and what it means', response: { 200: LightListSchema } } },
    async () => ({ lights: Object.entries(lightPatterns).map(([light, row]) => toLightRow(light, row)) }),
  );
}

const toLightRow = (light: string, { colours, blinkMs, meaning, look }: LightMeaning): LightRow => ({
  light,
  colours: [...colours],
  blinkMs: [...blinkMs],
  meaning,
  look,
});
