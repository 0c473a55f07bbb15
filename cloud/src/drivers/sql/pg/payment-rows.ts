import type { Selectable } from 'kysely';
import type { PgApproval, PgCancel, PgOrder, PgPayment } from '../../../ports/pg-store.ts';
import type { PgCancelTable, PgPaymentTable } from './tables.ts';

type OrderColumns = Pick<
  PgPaymentTable,
  | 'coupon_id'
  | 'registration_id'
  | 'merchant_id'
  | 'merchant_name'
  | 'tender'
  | 'charged_won'
  | 'card_fee_won'
  | 'pg_fee_won'
  | 'operator_fee_won'
  | 'merchant_share_won'
  | 'business_date'
  | 'offer_id'
  | 'contract_version'
>;

const noOrder: OrderColumns = {
  coupon_id: null,
  registration_id: null,
  merchant_id: null,
  merchant_name: null,
  tender: null,
  charged_won: null,
  card_fee_won: null,
  pg_fee_won: null,
  operator_fee_won: null,
  merchant_share_won: null,
  business_date: null,
  offer_id: null,
  contract_version: null,
};

function toOrderColumns(order: PgOrder): OrderColumns {
  const { split } = order;
  return {
    coupon_id: order.couponId,
    registration_id: order.registrationId,
    merchant_id: order.merchantId,
    merchant_name: order.merchantName,
    tender: order.tender,
    charged_won: split.chargedWon,
    card_fee_won: split.cardFeeWon,
    pg_fee_won: split.pgFeeWon,
    operator_fee_won: split.operatorFeeWon,
    merchant_share_won: split.merchantShareWon,
    business_date: order.businessDate,
    offer_id: order.offerId,
    contract_version: order.contractVersion,
  };
}

/** The columns a payment's life changes; the order never does. */
export function toChangingColumns(payment: PgPayment, nowMs: number) {
  const { approval } = payment;
  return {
    version: payment.version,
    state: payment.state,
    approval_number: approval?.approvalNumber ?? null,
    approved_at_ms: approval?.approvedAtMs ?? null,
    card_last4: approval?.cardLast4 ?? null,
    evidence_jws: approval?.evidenceJws ?? null,
    decline_code: payment.declineCode,
    reversal_date: payment.reversalDate,
    cancel_id: payment.cancelId,
    refunded_won: payment.refunded.refundedWon,
    refund_count: payment.refunded.refundCount,
    updated_at_ms: nowMs,
  };
}

export function toPaymentRow(payment: PgPayment, nowMs: number): PgPaymentTable {
  return {
    payment_id: payment.paymentId,
    body_sha256: payment.bodySha256,
    ...(payment.order === null ? noOrder : toOrderColumns(payment.order)),
    ...toChangingColumns(payment, nowMs),
    created_at_ms: nowMs,
  };
}

type Filled<T> = { [K in keyof T]: NonNullable<T[K]> };

/** The order's columns are written together, and never changed: one of them is null only if all are, but for the two younger ones. */
function toOrder(row: Selectable<PgPaymentTable>): PgOrder | null {
  if (row.coupon_id === null) return null;
  const columns = row as Filled<OrderColumns>;
  return {
    couponId: columns.coupon_id,
    registrationId: columns.registration_id,
    merchantId: columns.merchant_id,
    merchantName: columns.merchant_name,
    tender: columns.tender,
    split: {
      chargedWon: columns.charged_won,
      cardFeeWon: columns.card_fee_won,
      pgFeeWon: columns.pg_fee_won,
      operatorFeeWon: columns.operator_fee_won,
      merchantShareWon: columns.merchant_share_won,
    },
    businessDate: columns.business_date,
    offerId: row.offer_id,
    contractVersion: row.contract_version,
  };
}

function toApproval(row: Selectable<PgPaymentTable>): PgApproval | null {
  const { approval_number, approved_at_ms, evidence_jws, card_last4 } = row;
  if (approval_number === null || approved_at_ms === null || evidence_jws === null) return null;
  return {
    approvalNumber: approval_number,
    approvedAtMs: approved_at_ms,
    cardLast4: card_last4,
    evidenceJws: evidence_jws,
  };
}

export function toPayment(row: Selectable<PgPaymentTable>): PgPayment {
  return {
    paymentId: row.payment_id,
    version: row.version,
    state: row.state,
    order: toOrder(row),
    bodySha256: row.body_sha256,
    approval: toApproval(row),
    declineCode: row.decline_code,
    reversalDate: row.reversal_date,
    cancelId: row.cancel_id,
    refunded: { refundedWon: row.refunded_won, refundCount: row.refund_count },
  };
}

export function toCancelRow(cancel: PgCancel, nowMs: number): PgCancelTable {
  return {
    cancel_id: cancel.cancelId,
    payment_id: cancel.paymentId,
    amount_won: cancel.amountWon,
    business_date: cancel.businessDate,
    state: cancel.state,
    decline_code: cancel.declineCode,
    cancelled_at_ms: cancel.cancelledAtMs,
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
  };
}

export function toCancel(row: Selectable<PgCancelTable>): PgCancel {
  return {
    cancelId: row.cancel_id,
    paymentId: row.payment_id,
    amountWon: row.amount_won,
    businessDate: row.business_date,
    state: row.state,
    declineCode: row.decline_code,
    cancelledAtMs: row.cancelled_at_ms,
  };
}
