import { accept, refuse } from '@scanpay/shared/errors.ts';
import { PaymentIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { Payment } from '../../../ports/operator-payment-store.ts';
import type { RoleApp } from '../../common/role-app.ts';
import type { OperatorContext } from '../operator-context.ts';
import {
  maxPaymentsPerPage,
  PaymentDetailSchema,
  PaymentListSchema,
  PaymentQuerySchema,
  type PaymentRow,
} from './schemas.ts';
import { refusals, unwrap } from './unwrap.ts';

/** Payments for the operator's staff: the list of a business date, and one with its signed evidence. */
export function addPaymentRoutes(app: RoleApp, ctx: OperatorContext): void {
  const tags = ['staff'];
  app.get(
    '/v1/payments/:paymentId',
    {
      schema: {
        summary: 'One payment, with the signed evidence of it',
        tags,
        params: strictObject({ paymentId: PaymentIdSchema }),
        response: { 200: PaymentDetailSchema, ...refusals },
      },
    },
    async (request) => {
      const payment = await ctx.store.findPayment(request.params.paymentId);
      if (payment === undefined) return unwrap(refuse('payment_unknown'));
      const { requestJws, confirmJws, reversalJws, resultJws } = payment;
      const known = await ctx.store.listCancels(payment.paymentId);
      const cancels = known.map((each) => ({
        cancelId: each.cancelId,
        requestJws: each.requestJws,
        resultJws: each.resultJws,
      }));
      return unwrap(
        accept({ ...toRow(payment), evidence: { requestJws, confirmJws, reversalJws, resultJws, cancels } }),
      );
    },
  );
  app.get(
    '/v1/payments',
    {
      schema: {
        summary: 'Payments of a business date, in order of their ids, page by page',
        tags,
        querystring: PaymentQuerySchema,
        response: { 200: PaymentListSchema, ...refusals },
      },
    },
    async ({ query: { businessDate, after } }) => {
      const found = await ctx.store.listPayments(businessDate, after ?? null, maxPaymentsPerPage);
      const last = found.length === maxPaymentsPerPage ? found.at(-1) : undefined;
      return { payments: found.map(toRow), next: last?.paymentId ?? null };
    },
  );
}

function toRow(payment: Payment): PaymentRow {
  return {
    paymentId: payment.paymentId,
    deviceId: payment.deviceId,
    merchantId: payment.merchantId,
    couponId: payment.couponId,
    state: payment.state,
    businessDate: payment.businessDate,
    tender: payment.tender,
    listAmountWon: payment.listAmountWon,
    terms: payment.terms,
    approvalNumber: payment.approvalNumber,
    approvedAtMs: payment.approvedAtMs,
    cardLast4: payment.cardLast4,
    declineCode: payment.declineCode,
    reversalDate: payment.reversalDate,
    createdAtMs: payment.createdAtMs,
    updatedAtMs: payment.updatedAtMs,
  };
}
