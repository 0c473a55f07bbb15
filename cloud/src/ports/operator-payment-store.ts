import type { CashReceiptNote } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { CancelId, CouponId, DeviceId, MerchantId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import type { Split, Won } from '@scanpay/shared/money.ts';
import type { Bilingual, Tender } from '@scanpay/shared/schema.ts';
import type { RefundedSoFar } from '@scanpay/shared/settlement/refund-limit.ts';
import type { TaxedAmount } from '@scanpay/shared/tax/tax.ts';
import type { PaymentEntry } from './ledger.ts';

/*
 * S08–S22: the operator's payments. Every method is one transaction; a method that moves a payment to another state
 * does so only from the state it names, and says whether it did, so that two workers never both do it.
 */

/**
 * `authorising`, `reversing` and `cancelling` wait for the PG and survive a restart; the others are at rest.
 * An entitlement is held in `authorising`, `approved`, `reversing` and `cancelling`.
 */
export type PaymentState =
  | 'recheck'
  | 'authorising'
  | 'approved'
  | 'declined'
  | 'reversing'
  | 'reversed'
  | 'cancelling'
  | 'cancelled';

/** Why a payment is being reversed: the terminal asked, or the PG's answer stayed unknown. */
export type ReversalCause = 'terminal' | 'upstream';

/** What was agreed when the payment was accepted (S09). */
export interface PaymentTerms {
  offerId: OfferId;
  /** Which schedule of the entitlement it was held against: changes applied until then; null: from before they were counted. */
  scheduleVersion: number | null;
  offerTitle: Bilingual;
  headcount: number;
  visitDate: BusinessDate;
  discountWon: Won;
  split: Split;
  /** The charge by the taxation of the same contract; refunds take back their parts of it. */
  tax: TaxedAmount;
  /** The version of the merchant's contract that the split follows; reversals and cancels go by the same split. */
  contractVersion: number;
  /** Its digest; null: accepted before contracts had one. */
  contractDigest: string | null;
  customerNameMasked: string;
}

/** The terminal's request, with the evidence of it. */
export interface PaymentBasis {
  paymentId: PaymentId;
  deviceId: DeviceId;
  merchantId: MerchantId;
  tender: Tender;
  listAmountWon: Won;
  /** The signed request (compact JWS). */
  requestJws: string;
  /** Null when the coupon is not known. */
  couponId: CouponId | null;
}

export interface Payment extends PaymentBasis {
  state: PaymentState;
  /** The clerk's signed confirmation (compact JWS). */
  confirmJws: string | null;
  /** The operator's signed answer (compact JWS); null while the first one is being worked out. */
  resultJws: string | null;
  terms: PaymentTerms | null;
  /** Pinned when the payment was accepted; before, the date it came in. */
  businessDate: BusinessDate;
  approvalNumber: string | null;
  approvedAtMs: number | null;
  cardLast4: string | null;
  declineCode: ErrorCode | null;
  reversalCause: ReversalCause | null;
  /** The terminal's signed reversal (compact JWS). */
  reversalJws: string | null;
  /** Business date of the reversal under way or done. */
  reversalDate: BusinessDate | null;
  /** A sale was booked for it. */
  booked: boolean;
  /** What cancels have given back. */
  refunded: RefundedSoFar;
  /** It was reversed before its request came. */
  tombstone: boolean;
  createdAtMs: number;
  updatedAtMs: number;
}

/** A payment that came to rest without touching an entitlement. */
export interface UnchargedPayment extends PaymentBasis {
  state: 'recheck' | 'declined' | 'reversed';
  resultJws: string;
  declineCode: ErrorCode | null;
  /** With a tombstone: the terminal's signed reversal. */
  reversalJws: string | null;
}

export interface PaymentApproval {
  approvalNumber: string;
  approvedAtMs: number;
  cardLast4: string | null;
}

export type AcceptOutcome =
  /** Persisted as `authorising`, one use of the entitlement consumed. */
  | { kind: 'accepted' }
  /** The coupon, its entitlement or the open business date changed since it was read: verify again. */
  | { kind: 'unavailable' }
  /** The payment id is there already, or has left `recheck`: read it again. */
  | { kind: 'moved' };

export interface PaymentStore {
  findPayment(paymentId: PaymentId): Promise<Payment | undefined>;
  /** False: the payment id is there already. */
  addUncharged(payment: UnchargedPayment, today: BusinessDate, nowMs: number): Promise<boolean>;
  /** A new request → `authorising`, on a business date that must still be open: the terms were made for it. */
  acceptRequest(
    basis: PaymentBasis,
    terms: PaymentTerms,
    businessDate: BusinessDate,
    nowMs: number,
  ): Promise<AcceptOutcome>;
  /** `recheck` → `authorising`; likewise. */
  acceptConfirm(
    payment: Payment,
    confirmJws: string,
    terms: PaymentTerms,
    businessDate: BusinessDate,
    nowMs: number,
  ): Promise<AcceptOutcome>;
  /** `recheck` → `declined`. */
  declineConfirm(
    paymentId: PaymentId,
    confirmJws: string,
    code: ErrorCode,
    resultJws: string,
    nowMs: number,
  ): Promise<boolean>;
  /** `authorising` → `approved`, with its ledger entry, and the order to issue a cash receipt where there is to be one. */
  approve(
    paymentId: PaymentId,
    approval: PaymentApproval,
    resultJws: string,
    entry: PaymentEntry,
    nowMs: number,
    cashReceipt?: CashReceiptNote | null,
  ): Promise<boolean>;
  /** `authorising` → `declined`; the entitlement is restored. */
  decline(paymentId: PaymentId, code: ErrorCode, resultJws: string, nowMs: number): Promise<boolean>;
  /** `recheck` or `declined` → `reversed`: there was no charge to take back. */
  reverseUncharged(
    paymentId: PaymentId,
    from: 'recheck' | 'declined',
    reversalJws: string,
    resultJws: string,
    nowMs: number,
  ): Promise<boolean>;
  /**
   * `authorising` or `approved` → `reversing`, and pins the reversal's business date. `reversalJws` is the terminal's
   * signed reversal; null: on the operator's own account.
   */
  beginReversal(
    paymentId: PaymentId,
    from: 'authorising' | 'approved',
    reversalJws: string | null,
    today: BusinessDate,
    nowMs: number,
  ): Promise<boolean>;
  /** The terminal now asks for the reversal that was under way on the operator's own account. */
  adoptReversal(paymentId: PaymentId, reversalJws: string, nowMs: number): Promise<boolean>;
  /** The PG has closed the reversal's date: pins the first open one from `notBefore` on. */
  moveReversal(paymentId: PaymentId, notBefore: BusinessDate, nowMs: number): Promise<void>;
  /**
   * `reversing` → `reversed` (cause `terminal`) or `declined` (cause `upstream`); the entitlement is restored and the
   * mirrored entry booked where there was a sale, and the cancellation of its cash receipt ordered.
   */
  finishReversal(
    payment: Payment,
    end: { state: 'reversed' | 'declined'; declineCode: ErrorCode | null; resultJws: string },
    entry: PaymentEntry | null,
    nowMs: number,
  ): Promise<boolean>;
  /** From when on the booked sale is paid; null: there is none, or it is from before that was kept. */
  findSalePayoutDate(paymentId: PaymentId): Promise<BusinessDate | null>;
  /** Payments that wait for the PG and were last touched before `untouchedSinceMs`, oldest first. */
  listUnresolved(untouchedSinceMs: number, limit: number): Promise<PaymentId[]>;
  /** By business date in order of payment id, after the given one. */
  listPayments(businessDate: BusinessDate, after: PaymentId | null, limit: number): Promise<Payment[]>;
}

export interface Cancel {
  cancelId: CancelId;
  paymentId: PaymentId;
  deviceId: DeviceId;
  amountWon: Won;
  /** Under which it is booked, pinned when it was begun; null: declined before. */
  businessDate: BusinessDate | null;
  /** The signed cancel (compact JWS). */
  requestJws: string;
  state: 'cancelling' | 'cancelled' | 'declined';
  /** The signed `cancel.result`; null while `cancelling`. */
  resultJws: string | null;
}

export interface CancelStore {
  findCancel(cancelId: CancelId): Promise<Cancel | undefined>;
  /** A cancel refused at once; false: the cancel id is there already. */
  addDeclinedCancel(cancel: Cancel, nowMs: number): Promise<boolean>;
  /**
   * `approved` → `cancelling`, on the first open date from `today` on. False: the payment or the cancel id has moved, or
   * something was given back since `refunded` was read.
   */
  beginCancel(cancel: Cancel, refunded: RefundedSoFar, today: BusinessDate, nowMs: number): Promise<boolean>;
  /** The PG has closed the cancel's date: pins the first open one from `notBefore` on. */
  moveCancel(cancelId: CancelId, notBefore: BusinessDate, nowMs: number): Promise<void>;
  /**
   * `cancelling` → `cancelled` with what is booked of it, its own part of the tax, and the cancellation of so much of its cash receipt. The payment is `cancelled` and its entitlement restored once
   * `refunded` is its whole charge; else it is `approved` again. With a null `end` nothing was given back.
   */
  finishCancel(
    cancel: Cancel,
    resultJws: string,
    end: { entry: PaymentEntry; refunded: RefundedSoFar; tax: TaxedAmount } | null,
    nowMs: number,
  ): Promise<boolean>;
  /** Every cancel of a payment, in order of their ids. */
  listCancels(paymentId: PaymentId): Promise<Cancel[]>;
}
