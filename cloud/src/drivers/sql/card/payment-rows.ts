import type { Selectable } from 'kysely';
import type { CardApproval, CardCancel, CardCharge, CardPayment } from '../../../ports/card-store.ts';
import type { CardCancelTable, CardPaymentTable } from './tables.ts';

type ChargeColumns = Pick<
  CardPaymentTable,
  'card_token' | 'card_last4' | 'amount_won' | 'merchant_name' | 'notice_mobile' | 'business_date'
>;

function toChargeColumns(charge: CardCharge | null): ChargeColumns {
  return {
    card_token: charge?.cardToken ?? null,
    card_last4: charge?.cardLast4 ?? null,
    amount_won: charge?.amountWon ?? null,
    merchant_name: charge?.merchantName ?? null,
    notice_mobile: charge?.noticeMobile ?? null,
    business_date: charge?.businessDate ?? null,
  };
}

export function toPaymentRow(payment: CardPayment, nowMs: number): CardPaymentTable {
  const { approval } = payment;
  return {
    payment_id: payment.paymentId,
    version: payment.version,
    state: payment.state,
    request_hmac: payment.requestHmac,
    ...toChargeColumns(payment.charge),
    approval_number: approval?.approvalNumber ?? null,
    approved_at_ms: approval?.approvedAtMs ?? null,
    card_fee_won: approval?.cardFeeWon ?? null,
    contract_version: approval?.contractVersion ?? null,
    decline_code: payment.declineCode,
    refunded_won: payment.refunded.refundedWon,
    refund_count: payment.refunded.refundCount,
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
  };
}

type Filled<T> = { [K in keyof T]: NonNullable<T[K]> };

/** The charge's columns are written together, and never changed: one of them is null only if all are. */
function toCharge(row: Selectable<CardPaymentTable>): CardCharge | null {
  if (row.card_token === null) return null;
  const columns = row as Filled<ChargeColumns>;
  return {
    cardToken: columns.card_token,
    cardLast4: columns.card_last4,
    amountWon: columns.amount_won,
    merchantName: columns.merchant_name,
    noticeMobile: columns.notice_mobile,
    businessDate: columns.business_date,
  };
}

function toApproval(row: Selectable<CardPaymentTable>): CardApproval | null {
  const { approval_number, approved_at_ms, card_fee_won, contract_version: contractVersion } = row;
  if (approval_number === null || approved_at_ms === null || card_fee_won === null) return null;
  return { approvalNumber: approval_number, approvedAtMs: approved_at_ms, cardFeeWon: card_fee_won, contractVersion };
}

export function toPayment(row: Selectable<CardPaymentTable>): CardPayment {
  return {
    paymentId: row.payment_id,
    version: row.version,
    state: row.state,
    requestHmac: row.request_hmac,
    charge: toCharge(row),
    approval: toApproval(row),
    declineCode: row.decline_code,
    refunded: { refundedWon: row.refunded_won, refundCount: row.refund_count },
  };
}

export function toCancelRow(cancel: CardCancel): CardCancelTable {
  return {
    cancel_id: cancel.cancelId,
    payment_id: cancel.paymentId,
    amount_won: cancel.amountWon,
    business_date: cancel.businessDate,
    decline_code: cancel.declineCode,
    decided_at_ms: cancel.decidedAtMs,
  };
}

export function toCancel(row: Selectable<CardCancelTable>): CardCancel {
  return {
    cancelId: row.cancel_id,
    paymentId: row.payment_id,
    amountWon: row.amount_won,
    businessDate: row.business_date,
    declineCode: row.decline_code,
    decidedAtMs: row.decided_at_ms,
  };
}
