import type { Validity } from '@scanpay/shared/auth-barcode/validity.ts';
import type { CashReceiptRequest } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode, Result } from '@scanpay/shared/errors.ts';
import type { AuthNumber, CancelId, CouponId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { IssuedTerms, OfflineLimits, OfflineRedemption } from '@scanpay/shared/redemption/merchant-terms.ts';
import type { Bilingual, Tender } from '@scanpay/shared/schema.ts';
import type { TaxedAmount } from '@scanpay/shared/tax/tax.ts';
import type {
  Approval,
  CancelOutcome,
  ConfirmedFields,
  CouponReference,
  PaymentOutcome,
  RecheckField,
} from '@scanpay/shared/wire/messages.ts';
import type { ClosedOutcome, CouponUse, OpenPhase, PaymentRecord, RequestBody } from '../../ports/journal.ts';

/** What the clerk entered before the scan. */
export interface Sale {
  tender: Tender;
  /** Price before the discount. */
  listAmountWon: Won;
  headcount: number;
  visitDate: BusinessDate;
  /** Cash only; the customer's number is sealed already. */
  cashReceipt?: CashReceiptRequest;
}

/** A cash sale that this box decided by itself. */
export interface Redemption extends OfflineRedemption {
  offerTitle: Bilingual;
  listAmountWon: Won;
  headcount: number;
  /** By the merchant's terms, for there is no approval yet. */
  tax: TaxedAmount;
}

/** A coupon's barcode, checked, with what goes into the request. */
export interface ScannedBarcode {
  coupon: Extract<CouponReference, { kind: 'barcode' }>;
  text: string;
}

/** What the counter shows and waits for. */
export type Counter =
  | { kind: 'idle' }
  /** A scan that led to no payment: a forged coupon, or one shown before the amount. An entered sale is kept. */
  | { kind: 'refused'; code: ErrorCode; sale: Sale | null; untilMs: number }
  | { kind: 'awaiting-scan'; sale: Sale; untilMs: number }
  | { kind: 'paying'; paymentId: PaymentId; sale: Sale }
  | { kind: 'recheck'; paymentId: PaymentId; fields: RecheckField[]; untilMs: number }
  /** Offline: the merchant has several offers, and the barcode does not say which of them the coupon holds. */
  | {
      kind: 'choosing-offer';
      paymentId: PaymentId;
      sale: Sale;
      scanned: ScannedBarcode;
      choices: { offerId: OfferId; title: Bilingual }[];
      untilMs: number;
    }
  /** Cash redeemed offline: the customer is served, the operator's word is still to come. */
  | { kind: 'redeemed'; paymentId: PaymentId; redemption: Redemption; untilMs: number }
  | { kind: 'unknown'; paymentId: PaymentId }
  | { kind: 'approved'; paymentId: PaymentId; approval: Approval; untilMs: number }
  | { kind: 'declined'; paymentId: PaymentId; code: ErrorCode; untilMs: number }
  | { kind: 'reversed'; paymentId: PaymentId; untilMs: number }
  /** A receipt or a coupon is to be scanned, to give money back. */
  | { kind: 'awaiting-refund'; untilMs: number }
  /** `leftWon`: what can still be refunded. */
  | { kind: 'cancel-offered'; paymentId: PaymentId; approval: Approval; leftWon: Won; untilMs: number }
  /** `leftWon`: what can still be refunded after it. */
  | { kind: 'cancelling'; cancelId: CancelId; paymentId: PaymentId; leftWon: Won }
  | {
      kind: 'cancelled';
      paymentId: PaymentId;
      amountWon: Won;
      leftWon: Won;
      /** Null: the operator did not say. */
      tax: TaxedAmount | null;
      untilMs: number;
    }
  | { kind: 'cancel-declined'; paymentId: PaymentId; code: ErrorCode; untilMs: number }
  /** Closed for the moment in which another release takes over: nothing may begin. Ends by itself. */
  | { kind: 'updating'; untilMs: number };

/** An open payment's part of the state; signatures and barcode stay in the journal. */
export interface TrackedPayment {
  paymentId: PaymentId;
  phase: OpenPhase;
  request: RequestBody;
  recheckFields: RecheckField[];
  /** When the phase ends by itself (`sent`, `confirming`, `recheck`). */
  phaseEndsAtMs: number;
  /** When the outstanding message is sent again. */
  nextSendAtMs: number;
  /** Sends in this phase so far. */
  sends: number;
}

export interface TrackedCancel {
  cancelId: CancelId;
  paymentId: PaymentId;
  amountWon: Won;
  nextSendAtMs: number;
  sends: number;
}

export interface TerminalState {
  linkUp: boolean;
  clockTrusted: boolean;
  scannerReady: boolean;
  printerFault: boolean;
  counter: Counter;
  /** The newest terms of the merchant, valid or not; null: none came yet. */
  terms: IssuedTerms | null;
  payments: ReadonlyMap<PaymentId, TrackedPayment>;
  cancels: ReadonlyMap<CancelId, TrackedCancel>;
}

/** The coupon's clear part, as read and verified from a scanned text. */
export interface ScannedCoupon extends Validity {
  couponId: CouponId;
}

/** What a scanned text turned out to be; worked out before the machine sees it. */
export type Scan =
  | {
      kind: 'coupon';
      text: string;
      sha256: string;
      coupon: Result<ScannedCoupon>;
      /** Where this box has used the coupon already, as its journal says when the scan is taken up. */
      uses?: readonly CouponUse[];
      /** The newest payment with it that can be refunded, likewise. */
      refundable?: PaymentRecord | null;
    }
  | { kind: 'receipt'; payment: PaymentRecord | null };

export type TerminalInput = { nowMs: number } & (
  | { kind: 'link'; up: boolean }
  | { kind: 'clock'; trusted: boolean }
  | { kind: 'scanner'; ready: boolean }
  | { kind: 'printer'; fault: boolean }
  | { kind: 'terms'; issued: IssuedTerms }
  | { kind: 'tick' }
  | { kind: 'sale-entered'; sale: Sale }
  | { kind: 'abandoned' }
  | { kind: 'scanned'; scan: Scan; newPaymentId: PaymentId }
  | { kind: 'auth-number-entered'; authNumber: AuthNumber; newPaymentId: PaymentId }
  | { kind: 'recheck-confirmed'; paymentId: PaymentId; confirmed: ConfirmedFields }
  | { kind: 'refund-asked' }
  /** The updater asks for the counter: granted only where nothing is open, and nothing is shown that somebody reads. */
  | { kind: 'update-asked' }
  | { kind: 'update-ended' }
  /** Without an amount: all that is left. */
  | { kind: 'cancel-requested'; payment: PaymentRecord; amountWon?: Won; newCancelId: CancelId }
  | { kind: 'payment-result'; paymentId: PaymentId; outcome: PaymentOutcome }
  | { kind: 'payment-rejected'; paymentId: PaymentId; code: ErrorCode }
  | { kind: 'cancel-result'; cancelId: CancelId; outcome: CancelOutcome }
);

type WithoutTime<T> = T extends unknown ? Omit<T, 'nowMs'> : never;
/** An input before the shell stamps it with the time at which it is taken up. */
export type PlainInput = WithoutTime<TerminalInput>;

/**
 * What the shell does after a step, in this order: all `record` effects in one durable commit, then the `send` effects.
 * So nothing leaves the box before it is on disk.
 */
export type TerminalEffect =
  | { do: 'record'; what: 'open-payment'; paymentId: PaymentId; request: RequestBody; barcode: string | null }
  /** An offline redemption: journalled, signed, and its slip queued, in one commit. */
  | {
      do: 'record';
      what: 'redeem';
      paymentId: PaymentId;
      request: RequestBody;
      barcode: string;
      redemption: Redemption;
    }
  | { do: 'record'; what: 'recheck'; paymentId: PaymentId; fields: RecheckField[] }
  | { do: 'record'; what: 'confirm'; paymentId: PaymentId; confirmed: ConfirmedFields; expiresAtMs: number }
  | { do: 'record'; what: 'phase'; paymentId: PaymentId; phase: 'unknown' | 'reversing' }
  | { do: 'record'; what: 'close-payment'; paymentId: PaymentId; request: RequestBody; outcome: ClosedOutcome }
  | { do: 'record'; what: 'open-cancel'; cancelId: CancelId; paymentId: PaymentId; amountWon: Won }
  | {
      do: 'record';
      what: 'close-cancel';
      cancelId: CancelId;
      paymentId: PaymentId;
      amountWon: Won;
      outcome: CancelOutcome;
    }
  | { do: 'send'; what: 'request' | 'confirm' | 'inquiry' | 'reversal'; paymentId: PaymentId }
  | { do: 'send'; what: 'cancel'; cancelId: CancelId };

/** A refusal of the clerk's own action, answered to the page that asked; the state stays as it was. */
export interface Step {
  state: TerminalState;
  effects: TerminalEffect[];
  refused?: ErrorCode;
}

/** Times in ms, counts; every key is in the configuration with its default. */
export interface TerminalLimits {
  /** No result within this: `unknown`. */
  deadlineMs: number;
  /** An unanswered request, confirmation or inquiry is repeated after this. */
  repeatMs: number;
  /** Inquiries before the payment is reversed. */
  inquiries: number;
  /** Longest pause between reversals or cancels; the pause doubles from `repeatMs`. */
  maxRepeatMs: number;
  /** How long the clerk has for a recheck; then it is reversed. */
  recheckMs: number;
  /** How long an entered sale waits for a scan. */
  awaitScanMs: number;
  /** How long a result stays on the counter. */
  showResultMs: number;
  /** Unresolved payments and cancels at most; then no new sale. */
  maxOpen: number;
  /** What the box's own configuration allows offline, below what the terms allow. Left out: the terms alone count. */
  offline?: BoxOfflineLimits;
}

export type BoxOfflineLimits = Pick<OfflineLimits, 'maxCount' | 'maxTotalWon' | 'maxPerCoupon'>;
