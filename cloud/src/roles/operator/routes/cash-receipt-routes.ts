import {
  CashReceiptListSchema,
  CashReceiptOrderParamsSchema,
  CashReceiptRetryReplySchema,
  type CashReceiptRow,
  CashReceiptRowSchema,
} from '@scanpay/shared/api/cash-receipt.ts';
import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { errorTable, ScanPayError } from '@scanpay/shared/errors.ts';
import type { Merchants } from '../../../core/verify/merchants.ts';
import type { ReceiptOrder } from '../../../ports/cash-receipt-store.ts';
import type { RoleApp } from '../../common/role-app.ts';
import type { OperatorContext } from '../operator-context.ts';

const tags = ['cash receipts'];
/** Failures shown at once. */
const shownFailures = 200;

/** For the operator's staff: what could not be issued or cancelled, and to try it again. */
export function addCashReceiptRoutes(app: RoleApp, ctx: OperatorContext): void {
  app.get(
    '/v1/cash-receipts/failed',
    {
      schema: {
        tags,
        summary: 'Cash receipts that failed, newest first, and how many are under way',
        response: { 200: CashReceiptListSchema },
      },
    },
    async () => {
      const orders = await ctx.store.listFailedReceipts(shownFailures);
      return { orders: orders.map((order) => toRow(order, ctx.merchants)), ...(await ctx.store.countReceipts()) };
    },
  );
  app.get(
    '/v1/cash-receipts/:kind/:id',
    {
      schema: {
        tags,
        summary: 'What became of one order about a cash receipt',
        params: CashReceiptOrderParamsSchema,
        response: { 200: CashReceiptRowSchema, 404: ErrorBodySchema },
      },
    },
    async ({ params }) => {
      const order = await ctx.store.findReceiptOrder(`${params.kind}/${params.id}`);
      if (order === undefined) throw new ScanPayError('not_found');
      return toRow(order, ctx.merchants);
    },
  );
  app.post(
    '/v1/cash-receipts/:kind/:id/retry',
    {
      schema: {
        tags,
        summary: 'Try a failed cash receipt again',
        params: CashReceiptOrderParamsSchema,
        response: { 200: CashReceiptRetryReplySchema, 404: ErrorBodySchema, 409: ErrorBodySchema },
      },
    },
    async ({ params }) => {
      const orderId = `${params.kind}/${params.id}`;
      const order = await ctx.store.findReceiptOrder(orderId);
      if (order === undefined) throw new ScanPayError('not_found');
      if (!(await ctx.store.retryReceipt(orderId, ctx.scheduler.nowMs()))) throw new ScanPayError('payment_state');
      await ctx.receipts.answer(order.deviceId, [order.paymentId]);
      ctx.receiptSender.wake();
      return { retried: true as const };
    },
  );
}

function toRow(order: ReceiptOrder, merchants: Merchants): CashReceiptRow {
  const { chargedWon: _charged, cancelledBeforeWon: _before, ...row } = order;
  const words = row.code === null ? null : errorTable[row.code];
  const merchantName = merchants.find(row.merchantId)?.name ?? row.merchantId;
  return { ...row, merchantName, reason: words === null ? null : { ko: words.ko, en: words.en } };
}
