import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { CardPayment } from '../../../ports/card-store.ts';
import type { LedgerTables } from '../ledger/tables.ts';

/** The charge's columns are null for a tombstone. */
export interface CardPaymentTable {
  payment_id: PaymentId;
  version: number;
  state: CardPayment['state'];
  request_hmac: string | null;
  card_token: string | null;
  card_last4: string | null;
  amount_won: Won | null;
  merchant_name: string | null;
  notice_mobile: string | null;
  business_date: BusinessDate | null;
  approval_number: string | null;
  approved_at_ms: number | null;
  card_fee_won: Won | null;
  contract_version: number | null;
  decline_code: ErrorCode | null;
  refunded_won: Won;
  refund_count: number;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface CardCancelTable {
  cancel_id: CancelId;
  payment_id: PaymentId;
  amount_won: Won;
  business_date: BusinessDate;
  decline_code: ErrorCode | null;
  decided_at_ms: number;
}

export interface CardNoticeTable {
  notice_id: string;
  to_mobile: string;
  subject: string;
  text: string;
  failures: number;
  /** Null: given up. */
  due_at_ms: number | null;
}

export interface CardTables extends LedgerTables {
  card_payments: CardPaymentTable;
  card_cancels: CardCancelTable;
  card_notices: CardNoticeTable;
}
