import type { EntitlementBody } from '@scanpay/shared/api/operator.ts';
import type { ApprovalBody, RegistrationReply } from '@scanpay/shared/api/pg.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode, Result } from '@scanpay/shared/errors.ts';
import type { CancelId, CouponId, PaymentId, RegistrationId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { RefundedSoFar } from '@scanpay/shared/settlement/refund-limit.ts';
import type { EvidenceKey, PaymentEntry } from './ledger.ts';
import type { PgScheduleStore } from './pg-schedule-store.ts';

/** A customer's registration (S02). Holds no card data. */
export interface PgRegistration {
  registrationId: RegistrationId;
  couponId: CouponId;
  /** SHA-256 of what the customer entered, the card left out. */
  bodySha256: string;
  name: string;
  address: string;
  mobile: string;
  entitlements: EntitlementBody[];
  validFromMs: number;
  validUntilMs: number;
  state: RegistrationReply['state'];
  createdAtMs: number;
}

/** The card of one coupon, sealed to the PG's own key; held from S02 until S05 or its time limit. */
export interface HeldCardBox {
  couponId: CouponId;
  cardBox: Uint8Array;
  /** Keyed hash of the card, to tell a repeated registration from a different one; goes with the box. */
  cardFingerprint: string;
  deleteAtMs: number;
}

/** Proof that a coupon's card data is gone (S05). */
export interface CardDeletion {
  couponId: CouponId;
  /** Compact JWS by the PG's key. */
  recordJws: string;
  deletedAtMs: number;
}

/** An approval request as it is kept: all but the card box. */
export type PgOrder = Omit<ApprovalBody, 'paymentId' | 'cardBox' | 'expiresAtMs' | 'offerId'> & {
  /** Null: from before orders named it. */
  offerId: ApprovalBody['offerId'] | null;
  /** The version of the PG's own agreement that its fees were held against; null: there was none. */
  contractVersion: number | null;
};

export interface PgApproval {
  approvalNumber: string;
  approvedAtMs: number;
  /** Null for cash. */
  cardLast4: string | null;
  /** Compact JWS by the PG's key over order and approval: evidence in a dispute. */
  evidenceJws: string;
}

/**
 * `authorising`: the card company may have been asked. `reversing`: a charge at the card company, if there is one, is
 * being undone. The others are final, but `approved` and `declined` may still be reversed.
 */
export type PgPaymentState = 'authorising' | 'approved' | 'declined' | 'reversing' | 'reversed';

export interface PgPayment {
  paymentId: PaymentId;
  /** Counts the changes, so that a change based on an older reading is refused. */
  version: number;
  state: PgPaymentState;
  /** Null: a tombstone, left by the reversal of a payment that was never seen. */
  order: PgOrder | null;
  bodySha256: string | null;
  approval: PgApproval | null;
  /** Why declined; while `reversing`: with which code it ends as declined, or null when it ends as reversed. */
  declineCode: ErrorCode | null;
  /** The business date under which the reversal is booked. */
  reversalDate: BusinessDate | null;
  /** The cancel that is under way at the card company, and holds this payment until it has ended. */
  cancelId: CancelId | null;
  /** What cancels have given back. */
  refunded: RefundedSoFar;
}

export interface PgCancel {
  cancelId: CancelId;
  paymentId: PaymentId;
  amountWon: Won;
  businessDate: BusinessDate;
  /** `cancelling`: the card company may have been asked. */
  state: 'cancelling' | 'cancelled' | 'declined';
  declineCode: ErrorCode | null;
  cancelledAtMs: number | null;
}

/** What is written together with a change of a payment. */
export interface Booking {
  /** Appended to the ledger in the same transaction. */
  entry: PaymentEntry | null;
  /** A business date that must not be closed, because what is under way will be booked under it. */
  openDate: BusinessDate | null;
}

/** Customers, coupons and the card data held for a short while. Every method is one transaction. */
export interface PgRegistrationStore {
  /** False: the registration id is known already, and nothing was written. */
  addRegistration(registration: PgRegistration, held: HeldCardBox): Promise<boolean>;
  findRegistration(registrationId: RegistrationId): Promise<PgRegistration | undefined>;
  findRegistrationByCoupon(couponId: CouponId): Promise<PgRegistration | undefined>;
  /** Never leads back from `sent`. */
  setRegistrationState(registrationId: RegistrationId, state: 'handed-over' | 'sent'): Promise<void>;
  /** Those not yet `sent` whose card box is still held, oldest first. */
  listUnsentRegistrations(limit: number): Promise<RegistrationId[]>;

  findHeldCardBox(couponId: CouponId): Promise<HeldCardBox | undefined>;
  listOverdueCardBoxes(nowMs: number, limit: number): Promise<CouponId[]>;
  /**
   * Deletes the box, keeps the record, and moves a `stored` registration to `state`, if given. Of two records for one
   * coupon the first stays, and is returned.
   */
  deleteCardBox(deletion: CardDeletion, state: 'handed-over' | null): Promise<CardDeletion>;
  findCardDeletion(couponId: CouponId): Promise<CardDeletion | undefined>;
  /**
   * Drives deleted card boxes out of the database's files, logs of the database included. False: a reader of the
   * file was in the way; try again.
   */
  eraseDeletedCardBoxes(): Promise<boolean>;
}

/** Payments and cancels. Every method is one transaction, on disk when it resolves. */
export interface PgPaymentStore {
  /**
   * False: the payment id is known already, and nothing was written.
   * @throws ScanPayError `date_closed`
   */
  addPayment(payment: PgPayment, booking: Booking, nowMs: number): Promise<boolean>;
  findPayment(paymentId: PaymentId): Promise<PgPayment | undefined>;
  /**
   * Replaces the version before `payment.version`. False: the payment has moved on meanwhile, nothing was written.
   * @throws ScanPayError `date_closed`
   */
  savePayment(payment: PgPayment, booking: Booking, nowMs: number): Promise<boolean>;
  /** `authorising` and `reversing`, oldest first. */
  listUnresolvedPayments(limit: number): Promise<PaymentId[]>;

  /** The signed word on what was booked; undefined: nothing was. */
  findEvidence(key: EvidenceKey): Promise<string | undefined>;

  findCancel(cancelId: CancelId): Promise<PgCancel | undefined>;
  /**
   * Writes a new cancel, and with it the payment where the cancel holds it or is done. False: the cancel id is known, or the
   * payment has moved on; nothing was written.
   * @throws ScanPayError `date_closed`
   */
  addCancel(cancel: PgCancel, payment: PgPayment | null, booking: Booking, nowMs: number): Promise<boolean>;
  /** Ends a `cancelling` cancel, and lets its payment go: the version given. False: it has ended already. */
  finishCancel(cancel: PgCancel, payment: PgPayment, booking: Booking, nowMs: number): Promise<boolean>;
  listUnresolvedCancels(limit: number): Promise<CancelId[]>;

  /**
   * No payment is booked under this date any more. Refuses with `date_open_payments` while one of the date is
   * unresolved; closing twice is closing once.
   */
  closeBusinessDate(businessDate: BusinessDate, nowMs: number): Promise<Result<void>>;
}

export type PgStore = PgRegistrationStore & PgPaymentStore & PgScheduleStore;
