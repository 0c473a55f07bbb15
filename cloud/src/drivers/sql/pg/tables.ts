import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { CancelId, CouponId, MerchantId, OfferId, PaymentId, RegistrationId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { PgCancel, PgPaymentState, PgRegistration } from '../../../ports/pg-store.ts';
import type { LedgerTables } from '../ledger/tables.ts';
import type { PgScheduleTables } from './schedule-tables.ts';

export interface PgRegistrationTable {
  registration_id: RegistrationId;
  coupon_id: CouponId;
  body_sha256: string;
  name: string;
  address: string;
  mobile: string;
  /** JSON of EntitlementBody[]. */
  entitlements_json: string;
  valid_from_ms: number;
  valid_until_ms: number;
  state: PgRegistration['state'];
  created_at_ms: number;
}

/** Rows live from S02 to S05: seconds, as a rule. What comes after the padding is erasable (see `erasure.ts`). */
export interface PgCardBoxTable {
  coupon_id: CouponId;
  created_at_ms: number;
  delete_at_ms: number;
  padding: string;
  /** base64url. */
  card_box: string;
  card_fingerprint: string;
}

export interface PgCardDeletionTable {
  coupon_id: CouponId;
  record_jws: string;
  deleted_at_ms: number;
}

/** The order's columns are null for a tombstone. */
export interface PgPaymentTable {
  payment_id: PaymentId;
  version: number;
  state: PgPaymentState;
  body_sha256: string | null;
  coupon_id: CouponId | null;
  registration_id: RegistrationId | null;
  merchant_id: MerchantId | null;
  merchant_name: string | null;
  tender: Tender | null;
  charged_won: Won | null;
  card_fee_won: Won | null;
  pg_fee_won: Won | null;
  operator_fee_won: Won | null;
  merchant_share_won: Won | null;
  business_date: BusinessDate | null;
  offer_id: OfferId | null;
  contract_version: number | null;
  approval_number: string | null;
  approved_at_ms: number | null;
  card_last4: string | null;
  evidence_jws: string | null;
  decline_code: ErrorCode | null;
  reversal_date: BusinessDate | null;
  cancel_id: CancelId | null;
  refunded_won: Won;
  refund_count: number;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface PgCancelTable {
  cancel_id: CancelId;
  payment_id: PaymentId;
  amount_won: Won;
  business_date: BusinessDate;
  state: PgCancel['state'];
  decline_code: ErrorCode | null;
  cancelled_at_ms: number | null;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface PgTables extends LedgerTables, PgScheduleTables {
  pg_registrations: PgRegistrationTable;
  pg_card_boxes: PgCardBoxTable;
  pg_card_deletions: PgCardDeletionTable;
  pg_payments: PgPaymentTable;
  pg_cancels: PgCancelTable;
}
