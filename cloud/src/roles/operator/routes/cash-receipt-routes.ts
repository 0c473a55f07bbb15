import {
  CashReceiptListSchema,
  CashReceiptOrderParamsSchema,
  CashReceiptRetryReplySchema,
} from '@scanpay/shared/api/cash-receipt.ts';
import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
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
    { schema: { tags, summary: 'Cash receipts that failed, newest first', response: { 200: CashReceiptListSchema } } },
    async () => ({ orders: (await ctx.store.listFailedReceipts(shownFailures)).map(toRow) }),
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

const toRow = ({ chargedWon: _charged, cancelledBeforeWon: _before, atMs: _at, ...row }: ReceiptOrder) => row;
