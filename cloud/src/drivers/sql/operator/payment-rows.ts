import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { won } from '@scanpay/shared/money.ts';
import type { Bilingual } from '@scanpay/shared/schema.ts';
import type { Selectable } from 'kysely';
import type { Cancel, Payment, PaymentBasis, PaymentTerms } from '../../../ports/operator-payment-store.ts';
import type { CancelTable, PaymentTable } from './tables.ts';

type TermsColumns = Pick<
  PaymentTable,
  | 'offer_id'
  | 'schedule_version'
  | 'offer_title_json'
  | 'headcount'
  | 'visit_date'
  | 'discount_won'
  | 'charged_won'
  | 'card_fee_won'
  | 'pg_fee_won'
  | 'operator_fee_won'
  | 'merchant_share_won'
  | 'taxation'
  | 'vat_type'
  | 'supply_won'
  | 'vat_won'
  | 'tax_free_won'
  | 'contract_version'
  | 'contract_digest'
  | 'customer_name_masked'
>;

const noTerms: TermsColumns = {
  offer_id: null,
  schedule_version: null,
  offer_title_json: null,
  headcount: null,
  visit_date: null,
  discount_won: null,
  charged_won: null,
  card_fee_won: null,
  pg_fee_won: null,
  operator_fee_won: null,
  merchant_share_won: null,
  taxation: null,
  vat_type: null,
  supply_won: null,
  vat_won: null,
  tax_free_won: null,
  contract_version: null,
  contract_digest: null,
  customer_name_masked: null,
};

export function toTermsColumns(terms: PaymentTerms): TermsColumns {
  const { split, tax } = terms;
  return {
    offer_id: terms.offerId,
    schedule_version: terms.scheduleVersion,
    offer_title_json: JSON.stringify(terms.offerTitle),
    headcount: terms.headcount,
    visit_date: terms.visitDate,
    discount_won: terms.discountWon,
    charged_won: split.chargedWon,
    card_fee_won: split.cardFeeWon,
    pg_fee_won: split.pgFeeWon,
    operator_fee_won: split.operatorFeeWon,
    merchant_share_won: split.merchantShareWon,
    taxation: tax.taxation,
    vat_type: tax.vatType,
    supply_won: tax.supplyWon,
    vat_won: tax.vatWon,
    tax_free_won: tax.taxFreeWon,
    contract_version: terms.contractVersion,
    contract_digest: terms.contractDigest,
    customer_name_masked: terms.customerNameMasked,
  };
}

/** A row in its first state; the caller names what differs. */
export function toPaymentRow(
  basis: PaymentBasis,
  businessDate: BusinessDate,
  nowMs: number,
  first: Pick<PaymentTable, 'state'> & Partial<PaymentTable>,
): PaymentTable {
  return {
    payment_id: basis.paymentId,
    device_id: basis.deviceId,
    merchant_id: basis.merchantId,
    tender: basis.tender,
    list_amount_won: basis.listAmountWon,
    coupon_id: basis.couponId,
    request_jws: basis.requestJws,
    confirm_jws: null,
    result_jws: null,
    ...noTerms,
    business_date: businessDate,
    approval_number: null,
    approved_at_ms: null,
    card_last4: null,
    decline_code: null,
    reversal_cause: null,
    reversal_jws: null,
    reversal_date: null,
    refunded_won: won(0),
    refund_count: 0,
    booked: 0,
    entitlement_held: 0,
    tombstone: 0,
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
    ...first,
  };
}

type Filled<T> = { [K in keyof T]: NonNullable<T[K]> };

/** The columns of the terms are written together: one of them is null only if all are, but for the younger digest and schedule. */
function toTerms(row: Selectable<PaymentTable>): PaymentTerms | null {
  if (row.offer_id === null) return null;
  const columns = row as Filled<TermsColumns>;
  return {
    offerId: columns.offer_id,
    scheduleVersion: row.schedule_version,
    offerTitle: JSON.parse(columns.offer_title_json) as Bilingual,
    headcount: columns.headcount,
    visitDate: columns.visit_date,
    discountWon: columns.discount_won,
    split: {
      chargedWon: columns.charged_won,
      cardFeeWon: columns.card_fee_won,
      pgFeeWon: columns.pg_fee_won,
      operatorFeeWon: columns.operator_fee_won,
      merchantShareWon: columns.merchant_share_won,
    },
    tax: {
      taxation: columns.taxation,
      vatType: columns.vat_type,
      supplyWon: columns.supply_won,
      vatWon: columns.vat_won,
      taxFreeWon: columns.tax_free_won,
    },
    contractVersion: columns.contract_version,
    contractDigest: row.contract_digest,
    customerNameMasked: columns.customer_name_masked,
  };
}

export function toPayment(row: Selectable<PaymentTable>): Payment {
  return {
    paymentId: row.payment_id,
    deviceId: row.device_id,
    merchantId: row.merchant_id,
    tender: row.tender,
    listAmountWon: row.list_amount_won,
    requestJws: row.request_jws,
    couponId: row.coupon_id,
    state: row.state,
    confirmJws: row.confirm_jws,
    resultJws: row.result_jws,
    terms: toTerms(row),
    businessDate: row.business_date,
    approvalNumber: row.approval_number,
    approvedAtMs: row.approved_at_ms,
    cardLast4: row.card_last4,
    declineCode: row.decline_code,
    reversalCause: row.reversal_cause,
    reversalJws: row.reversal_jws,
    reversalDate: row.reversal_date,
    refunded: { refundedWon: row.refunded_won, refundCount: row.refund_count },
    booked: row.booked === 1,
    tombstone: row.tombstone === 1,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

export function toCancelRow(cancel: Cancel, nowMs: number): CancelTable {
  return {
    cancel_id: cancel.cancelId,
    payment_id: cancel.paymentId,
    device_id: cancel.deviceId,
    amount_won: cancel.amountWon,
    business_date: cancel.businessDate,
    request_jws: cancel.requestJws,
    state: cancel.state,
    result_jws: cancel.resultJws,
    supply_won: null,
    vat_won: null,
    tax_free_won: null,
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
  };
}

export function toCancel(row: Selectable<CancelTable>): Cancel {
  return {
    cancelId: row.cancel_id,
    paymentId: row.payment_id,
    deviceId: row.device_id,
    amountWon: row.amount_won,
    businessDate: row.business_date,
    requestJws: row.request_jws,
    state: row.state,
    resultJws: row.result_jws,
  };
}
