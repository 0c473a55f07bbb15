import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type {
  AuthNumber,
  CancelId,
  CouponId,
  DeviceId,
  MerchantId,
  OfferId,
  PaymentId,
  RegistrationId,
} from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { Taxation, VatType } from '@scanpay/shared/tax/tax.ts';
import type { Generated } from 'kysely';
import type { RevocationReason } from '../../../ports/identity-store.ts';
import type { Cancel, PaymentState, ReversalCause } from '../../../ports/operator-payment-store.ts';
import type { DeletionRecord, IssueState } from '../../../ports/operator-store.ts';
import type { LedgerTables } from '../ledger/tables.ts';
import type { CareTables } from './care-tables.ts';
import type { CashReceiptTable } from './cash-receipt-table.ts';
import type { FleetTables } from './fleet-tables.ts';
import type { ReleaseTables } from './release-tables.ts';
import type { ScheduleTables } from './schedule-tables.ts';

/** The pre-registration DB (S03). Expired coupons stay on record ([0030]). */
export interface CouponTable {
  coupon_id: CouponId;
  registration_id: RegistrationId;
  body_sha256: string;
  name: string;
  mobile: string;
  valid_from_ms: number;
  valid_until_ms: number;
  issue_state: IssueState;
  auth_number: AuthNumber | null;
  created_at_ms: number;
  sealed_at_ms: number | null;
  sent_at_ms: number | null;
  revoked_at_ms: number | null;
  /** The PG's signed word on what it sold; null: from before it gave one. */
  sold_jws: Generated<string | null>;
}

/** Card box or barcode of a coupon on its way (S03–S06); deleted when it is sent. */
export interface CouponSecretTable {
  coupon_id: CouponId;
  card_box: string | null;
  barcode: string | null;
}

export interface EntitlementTable {
  coupon_id: CouponId;
  position: number;
  offer_id: OfferId;
  merchant_id: MerchantId;
  title_json: string;
  discount_json: string;
  uses: number;
  uses_left: number;
  schedule_version: number;
  /** 1: nobody has come for it, and whether that is a no-show is still to be found. */
  show_open: 0 | 1;
  visit_from: BusinessDate;
  visit_to: BusinessDate;
  headcount: number;
}

export interface DeletionTable {
  coupon_id: CouponId;
  company: DeletionRecord['company'];
  subject: DeletionRecord['subject'];
  record_jws: string;
  at_ms: number;
}

export interface DeviceTable {
  device_id: DeviceId;
  merchant_id: MerchantId;
  enrolled_at_ms: number;
}

export interface DeviceKeyTable {
  device_id: DeviceId;
  kid: string;
  x: string;
  enrolled_at_ms: number;
  retired_at_ms: number | null;
  /** Signed by the operator; null: from before it signed them. */
  record_jws: string | null;
}

/** The columns from `offer_id` to `customer_name_masked` are the terms, written together. */
export interface PaymentTable {
  payment_id: PaymentId;
  device_id: DeviceId;
  merchant_id: MerchantId;
  state: PaymentState;
  tender: Tender;
  list_amount_won: Won;
  coupon_id: CouponId | null;
  request_jws: string;
  confirm_jws: string | null;
  result_jws: string | null;
  offer_id: OfferId | null;
  schedule_version: number | null;
  offer_title_json: string | null;
  headcount: number | null;
  visit_date: BusinessDate | null;
  discount_won: Won | null;
  charged_won: Won | null;
  card_fee_won: Won | null;
  pg_fee_won: Won | null;
  operator_fee_won: Won | null;
  merchant_share_won: Won | null;
  taxation: Taxation | null;
  vat_type: VatType | null;
  supply_won: Won | null;
  vat_won: Won | null;
  tax_free_won: Won | null;
  contract_version: number | null;
  contract_digest: string | null;
  customer_name_masked: string | null;
  business_date: BusinessDate;
  approval_number: string | null;
  approved_at_ms: number | null;
  card_last4: string | null;
  decline_code: ErrorCode | null;
  reversal_cause: ReversalCause | null;
  reversal_jws: string | null;
  reversal_date: BusinessDate | null;
  refunded_won: Won;
  refund_count: number;
  /** 1: a sale is in the ledger. */
  booked: 0 | 1;
  /** 1: one use of the entitlement is consumed for it. */
  entitlement_held: 0 | 1;
  tombstone: 0 | 1;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface CancelTable {
  cancel_id: CancelId;
  payment_id: PaymentId;
  device_id: DeviceId;
  amount_won: Won;
  business_date: BusinessDate | null;
  request_jws: string;
  state: Cancel['state'];
  result_jws: string | null;
  /** The refund's own part of the sale's tax; null until it is `cancelled`. */
  supply_won: Won | null;
  vat_won: Won | null;
  tax_free_won: Won | null;
  created_at_ms: number;
  updated_at_ms: number;
}

/** Every set of terms that was ever handed out: what offline redemptions are held against. */
export interface TermsTable {
  terms_id: string;
  merchant_id: MerchantId;
  terms_json: string;
  first_issued_at_ms: number;
}

/** Claims and what became of them; hashes only. */
export interface ClaimTable {
  claim_id: string;
  device_id: DeviceId;
  merchant_id: MerchantId;
  secret_sha256: string;
  code_sha256: string;
  created_at_ms: number;
  expires_at_ms: number;
  withdrawn_at_ms: number | null;
  used_at_ms: number | null;
  used_by: string | null;
}

/** Every certificate a box was given; `issue` counts up. */
export interface CertificateTable {
  serial: string;
  issue: number;
  device_id: DeviceId;
  public_key_sha256: string;
  pem: string;
  issued_at_ms: number;
  not_after_ms: number;
  revoked_at_ms: number | null;
  revocation: RevocationReason | null;
}

/** Append-only. */
export interface RevocationTable {
  device_id: DeviceId;
  revoked_at_ms: number;
  /** Signed by the operator. */
  record_jws: string;
}

/** Append-only. */
export interface HandOverTable {
  digest: string;
  device_id: DeviceId;
  hand_over_jws: string;
  hand_over_json: string;
  recorded_at_ms: number;
}

/** Append-only. */
export interface ContractTable {
  merchant_id: MerchantId;
  version: number;
  contract_json: string;
  digest: string;
  entered_at_ms: number;
}

/** What a box has said it believes of the operator; see `hashKeySet`. */
export interface HeldKeysTable {
  device_id: DeviceId;
  keys_sha256: string;
  noted_at_ms: number;
}

export interface OperatorTables extends LedgerTables, CareTables, FleetTables, ReleaseTables, ScheduleTables {
  operator_coupons: CouponTable;
  operator_coupon_secrets: CouponSecretTable;
  operator_entitlements: EntitlementTable;
  operator_deletions: DeletionTable;
  operator_devices: DeviceTable;
  operator_device_keys: DeviceKeyTable;
  operator_payments: PaymentTable;
  operator_cancels: CancelTable;
  operator_cash_receipts: CashReceiptTable;
  operator_terms: TermsTable;
  operator_contracts: ContractTable;
  operator_claims: ClaimTable;
  operator_certificates: CertificateTable;
  operator_revocations: RevocationTable;
  operator_hand_overs: HandOverTable;
  operator_held_keys: HeldKeysTable;
}
