import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import type { EntitlementBody, PreRegistrationBody } from '@scanpay/shared/api/operator.ts';
import type { Discount } from '@scanpay/shared/api/pg.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { AuthNumber, CouponId, DeviceId, MerchantId, OfferId, RegistrationId } from '@scanpay/shared/ids.ts';
import type { MerchantTerms } from '@scanpay/shared/redemption/merchant-terms.ts';
import type { Bilingual } from '@scanpay/shared/schema.ts';
import type { AlarmStore } from './alarm-store.ts';
import type { CashReceiptStore } from './cash-receipt-store.ts';
import type { CommandStore } from './command-store.ts';
import type { FleetStore } from './fleet-store.ts';
import type { HandOverStore } from './hand-over-store.ts';
import type { HeldKeysStore } from './held-keys-store.ts';
import type { IdentityStore } from './identity-store.ts';
import type { CancelStore, PaymentStore } from './operator-payment-store.ts';
import type { ScheduleStore } from './schedule-store.ts';

/*
 * The operator's database. Every method is one transaction; a method that moves a payment or a coupon to another state
 * does so only from the state it names, and says whether it did, so that two workers never both do it.
 */

// S03–S06: a coupon on its way to the customer

/** `stored`: card box in hand. `sealed`: barcode in hand. `deleted`: both deletion records in hand. `sent`: neither. */
export type IssueState = 'stored' | 'sealed' | 'deleted' | 'sent';

/** One entitlement of a coupon, with what is left of it. */
export interface Entitlement extends EntitlementBody {
  usesLeft: number;
  /** Changes of its schedule that were applied; 0: as registered. */
  scheduleVersion: number;
}

/** The pre-registration DB's row of one coupon, as S09 compares against it. */
export interface CouponSnapshot {
  couponId: CouponId;
  registrationId: RegistrationId;
  name: string;
  mobile: string;
  /** First millisecond at which it is good. */
  validFromMs: number;
  /** First millisecond at which it is good no longer. */
  validUntilMs: number;
  revokedAtMs: number | null;
  entitlements: Entitlement[];
}

/** A coupon being issued. `cardBox` only in `stored`; `barcode` only in `sealed` and `deleted`. */
export interface IssueRecord extends CouponSnapshot {
  state: IssueState;
  authNumber: AuthNumber | null;
  /** base64url, as the PG sent it. */
  cardBox: string | null;
  /** The auth barcode's text. */
  barcode: string | null;
}

/** Who deleted what of a coupon (S05), as a signed statement (JWS). */
export interface DeletionRecord {
  company: 'operator' | 'pg';
  /** `card`: the card box on its own. `barcode`: the barcode, which carries the card box, after it was sent. */
  subject: 'card' | 'barcode';
  recordJws: string;
  atMs: number;
}

export interface IssueStore {
  /** S03. `same`: the identical body is there already; `conflict`: the coupon id is there with another body. */
  putPreRegistration(
    body: PreRegistrationBody,
    bodySha256: string,
    nowMs: number,
  ): Promise<'stored' | 'same' | 'conflict'>;
  findIssue(couponId: CouponId): Promise<IssueRecord | undefined>;
  /** Coupons not `sent` yet, oldest first. */
  listUnsent(limit: number): Promise<CouponId[]>;
  /** S04 and the operator's half of S05: `stored` → `sealed`; the card box goes as the barcode comes. */
  sealCoupon(
    couponId: CouponId,
    barcode: string,
    authNumber: AuthNumber,
    nowMs: number,
  ): Promise<'sealed' | 'auth-number-taken' | 'moved'>;
  /** S05: `sealed` → `deleted`. */
  recordDeletions(couponId: CouponId, records: DeletionRecord[]): Promise<boolean>;
  /** S06: `deleted` → `sent`; the barcode goes. */
  markSent(couponId: CouponId, record: DeletionRecord, nowMs: number): Promise<boolean>;
  listDeletions(couponId: CouponId): Promise<DeletionRecord[]>;
  /**
   * Leaves no byte of a deleted card box or barcode in any file of the database. False: a reader of the file was in the
   * way; try again.
   */
  eraseTraces(): Promise<boolean>;
  /** When it was revoked, the first time; undefined: no such coupon. */
  revokeCoupon(couponId: CouponId, nowMs: number): Promise<number | undefined>;
  findCoupon(reference: { couponId: CouponId } | { authNumber: AuthNumber }): Promise<CouponSnapshot | undefined>;
}

// Boxes

/** A box's public key (Ed25519, JWK member `x`); retired keys still prove what they signed. */
export interface DeviceKey {
  kid: string;
  x: string;
  retiredAtMs: number | null;
}

export interface Device {
  deviceId: DeviceId;
  merchantId: MerchantId;
  enrolledAtMs: number;
  keys: DeviceKey[];
}

export interface DeviceStore {
  /** Puts the box under this merchant with this key; another key it had is retired. Enrolling again changes nothing. */
  enrolDevice(
    device: {
      deviceId: DeviceId;
      merchantId: MerchantId;
      kid: string;
      x: string;
      /** The operator's signed word on the key. */
      recordJws?: string;
    },
    nowMs: number,
  ): Promise<Result<Device>>;
  findDevice(deviceId: DeviceId): Promise<Device | undefined>;
  /** Every key the box ever had, with the operator's word on it; null: from before there was one. */
  listKeyRecords(deviceId: DeviceId): Promise<(DeviceKey & { recordJws: string | null })[]>;
  listDevices(merchantId: MerchantId): Promise<DeviceId[]>;
  /** Every merchant that has boxes, by the first of them in order of ids. */
  listFirstDevices(): Promise<{ merchantId: MerchantId; deviceId: DeviceId }[]>;
}

// Contracts with merchants

/** A version as it was entered. */
export interface ContractEntry {
  contract: ContractVersion;
  /** SHA-256 over the version (canonical JSON, base64url). */
  digest: string;
  enteredAtMs: number;
}

/** Append-only: what payments were divided by is never changed. */
export interface ContractStore {
  /** Every version of a merchant, in order of their numbers. */
  listContracts(merchantId: MerchantId): Promise<ContractEntry[]>;
  findContract(merchantId: MerchantId, version: number): Promise<ContractEntry | undefined>;
  /** False: the merchant has a version of that number. */
  addContract(entry: ContractEntry): Promise<boolean>;
}

// Terms for offline cash

/** An offer as customers hold it. */
export interface HeldOffer {
  offerId: OfferId;
  title: Bilingual;
  discount: Discount;
  /** How often one coupon may use the offer. */
  uses: number;
}

export interface TermsStore {
  /** Offers of the merchant that customers hold and may still visit, those with the newest visits first. */
  listHeldOffers(merchantId: MerchantId, today: BusinessDate, limit: number): Promise<HeldOffer[]>;
  /** Kept for good before they are handed out; the same again changes nothing. */
  keepTerms(termsId: string, terms: MerchantTerms, nowMs: number): Promise<void>;
  findTerms(termsId: string): Promise<MerchantTerms | undefined>;
}

// Business dates

export interface BusinessDateStore {
  /** The date itself, or the first one after it that is not closed. */
  openDateFrom(date: BusinessDate): Promise<BusinessDate>;
  isClosed(date: BusinessDate): Promise<boolean>;
  /** Idempotent. Refuses with `date_open_payments` while a payment, reversal or cancel of that date is unresolved. */
  closeBusinessDate(date: BusinessDate, nowMs: number): Promise<Result<void>>;
}

export interface OperatorStore
  extends IssueStore,
    DeviceStore,
    IdentityStore,
    HandOverStore,
    FleetStore,
    PaymentStore,
    CancelStore,
    CashReceiptStore,
    ContractStore,
    TermsStore,
    CommandStore,
    AlarmStore,
    HeldKeysStore,
    ScheduleStore,
    BusinessDateStore {}
