import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode, Result } from '@scanpay/shared/errors.ts';
import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { RefundedSoFar } from '@scanpay/shared/settlement/refund-limit.ts';
import type { EvidenceKey, PaymentEntry } from './ledger.ts';

/** What the card company keeps of an authorisation request: no card number. */
export interface CardCharge {
  /** Keyed hash of the card number: the same card gives the same token, and nothing else can be told from it. */
  cardToken: string;
  cardLast4: string;
  amountWon: Won;
  merchantName: string;
  noticeMobile: string;
  businessDate: BusinessDate;
}

export interface CardApproval {
  approvalNumber: string;
  approvedAtMs: number;
  cardFeeWon: Won;
  /** The version of the contract with the PG that the fee follows; null: from before it was kept. */
  contractVersion: number | null;
}

export interface CardPayment {
  paymentId: PaymentId;
  /** Counts the changes, so that a change based on an older reading is refused. */
  version: number;
  state: 'approved' | 'declined' | 'reversed';
  /** Keyed hash of the whole request; null for a tombstone. */
  requestHmac: string | null;
  /** Null: a tombstone, left by the reversal of a payment that was never seen. */
  charge: CardCharge | null;
  approval: CardApproval | null;
  declineCode: ErrorCode | null;
  /** What cancels have given back. */
  refunded: RefundedSoFar;
}

export interface CardCancel {
  cancelId: CancelId;
  paymentId: PaymentId;
  amountWon: Won;
  businessDate: BusinessDate;
  /** Null: cancelled. */
  declineCode: ErrorCode | null;
  /** When the cancel was decided. */
  decidedAtMs: number;
}

/** S12: a payment notice to be sent to the cardholder. */
export interface CardNotice {
  /** Also the key by which the gateway knows a repeated message. */
  noticeId: string;
  toMobile: string;
  subject: string;
  text: string;
}

export interface QueuedNotice extends CardNotice {
  /** How often the gateway has not taken it. */
  failures: number;
}

/** What is written together with a change of a payment. */
export interface CardBooking {
  entry: PaymentEntry | null;
  notice: CardNotice | null;
}

/** The card company's database. Every method is one transaction, on disk when it resolves. */
export interface CardStore {
  /**
   * False: the payment id is known already, and nothing was written.
   * @throws ScanPayError `date_closed`
   */
  addPayment(payment: CardPayment, booking: CardBooking, nowMs: number): Promise<boolean>;
  findPayment(paymentId: PaymentId): Promise<CardPayment | undefined>;
  /**
   * Replaces the version before `payment.version`. False: the payment has moved on meanwhile, nothing was written.
   * @throws ScanPayError `date_closed`
   */
  savePayment(payment: CardPayment, booking: CardBooking, nowMs: number): Promise<boolean>;

  /** The signed word on what was booked; undefined: nothing was. */
  findEvidence(key: EvidenceKey): Promise<string | undefined>;

  findCancel(cancelId: CancelId): Promise<CardCancel | undefined>;
  /**
   * Writes a cancel, and with it the payment where money was given back. False: the cancel id is known, or the payment has
   * moved on; nothing was written.
   * @throws ScanPayError `date_closed`
   */
  addCancel(cancel: CardCancel, payment: CardPayment | null, booking: CardBooking, nowMs: number): Promise<boolean>;

  /** Notices that are due, those due longest first. */
  listDueNotices(nowMs: number, limit: number): Promise<QueuedNotice[]>;
  /** When the next notice is due; undefined: none is queued. */
  nextNoticeDueMs(): Promise<number | undefined>;
  /** The gateway has these: they leave the queue. */
  removeNotices(noticeIds: readonly string[]): Promise<void>;
  /** The gateway did not take it: due again at `dueAtMs`, or never (null), kept for inspection. */
  postponeNotice(noticeId: string, dueAtMs: number | null): Promise<void>;

  /** Nothing is booked under this date any more; closing twice is closing once. */
  closeBusinessDate(businessDate: BusinessDate, nowMs: number): Promise<Result<void>>;
}
