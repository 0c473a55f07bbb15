import type { StatementState } from '@scanpay/shared/api/settlement.ts';
import type { PgBoxPublicJwk } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import type { CashReceiptOrder } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { CancelId, CommandId, CouponId, OfferId, PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { IssuedTerms } from '@scanpay/shared/redemption/merchant-terms.ts';
import type { LineName, SettledLine } from '@scanpay/shared/settlement/line-act.ts';
import type { RefundedSoFar } from '@scanpay/shared/settlement/refund-limit.ts';
import type { StatedReversal } from '@scanpay/shared/settlement/stated-reversal.ts';
import type { PayableEvent, Statement, StatementFault, StatementLine } from '@scanpay/shared/settlement/statement.ts';
import type { OpenAlarm } from '@scanpay/shared/wire/alarm-messages.ts';
import type { CommandEnd, CommandOrder } from '@scanpay/shared/wire/command-messages.ts';
import type { Approval, CancelOutcome, PaymentRequest, RecheckField } from '@scanpay/shared/wire/messages.ts';

/** The request as the terminal decided it; header and signature are added when it is journalled. */
export type RequestBody = Omit<PaymentRequest, 'v' | 'type' | 'messageId' | 'deviceId' | 'sentAtMs'>;

/**
 * `sent`: request out, no answer yet. `confirming`: the clerk's confirmation is out. `redeemed`: a cash sale made offline,
 * which the operator has still to take; it has happened, so it has no deadline and is never reversed.
 */
export type OpenPhase = 'sent' | 'recheck' | 'confirming' | 'unknown' | 'reversing' | 'redeemed';

/** A payment whose outcome is not known for certain; it stays here across restarts until it is. */
export interface OpenPayment {
  paymentId: PaymentId;
  phase: OpenPhase;
  request: RequestBody;
  /** The signed request (compact JWS), identical at every repeat. */
  requestJws: string;
  /** The signed confirmation, once the clerk gave one. */
  confirmJws: string | null;
  /** The scanned text, for repeats; erased when the payment is closed. Null for an auth number. */
  barcode: string | null;
  /** What the operator asked to be confirmed, in phase `recheck`. */
  recheckFields: RecheckField[];
  openedAtMs: number;
}

/** A cancel that the operator has not answered yet. */
export interface OpenCancel {
  cancelId: CancelId;
  paymentId: PaymentId;
  amountWon: Won;
  cancelJws: string;
  openedAtMs: number;
}

export type ClosedOutcome =
  | { kind: 'approved'; approval: Approval }
  | { kind: 'declined'; code: ErrorCode }
  | { kind: 'reversed'; stated?: StatedReversal };

/** A payment as the counter page lists it. */
export interface PaymentRecord {
  paymentId: PaymentId;
  couponId: CouponId | null;
  request: RequestBody;
  state: OpenPhase | 'approved' | 'declined' | 'reversed' | 'cancelled';
  declineCode: ErrorCode | null;
  approval: Approval | null;
  /** What cancels have given back. */
  refunded: RefundedSoFar;
  openedAtMs: number;
}

/** A payment of this box that holds a use of the coupon, or may. */
export interface CouponUse {
  paymentId: PaymentId;
  /** Null: not known to this box. */
  offerId: OfferId | null;
}

/** An offline redemption that the operator did not take: the discount is the merchant's loss. */
export interface RefusedRedemption {
  payment: PaymentRecord;
  closedAtMs: number;
}

/** S15 as this box received and judged it; its lines are read on their own, for they may be thousands. */
export interface StatementRecord {
  statement: Statement;
  /** SHA-256 of the statement's JWS, base64url: what the answer names. */
  sha256: string;
  /** As the operator last said; `presented` until it acknowledged the answer. */
  state: StatementState;
  /** Lines that differ from this journal. */
  faults: StatementFault[];
  /** What the merchant (or the standing approval) decided; repeated until the operator acknowledges it. */
  answer: 'approved' | 'disputed' | null;
  receivedAtMs: number;
  /** Disputed lines that are settled, as the operator last said. */
  settled: SettledLine[];
  /** Disputed lines that the merchant has accepted, and the operator has not acknowledged. */
  accepting: LineName[];
}

/**
 * `printing` at start-up means that power failed midway: it is printed again, marked as a reprint. `sent`: every byte
 * went to a printer that cannot say what became of it. `kept`: never printed, because the box has no printer or too many
 * waited; it stays in the journal for the page.
 */
export type SpoolState = 'queued' | 'printing' | 'printed' | 'sent' | 'kept';

export interface SpooledReceipt {
  receiptId: number;
  receipt: Receipt;
  state: SpoolState;
}

/** A command of the operator, from before it was begun. */
export interface CommandRecord {
  commandId: CommandId;
  order: CommandOrder;
  expiresAtMs: number;
  takenAtMs: number;
  /** What came of it; null: under way, or the process ended meanwhile. */
  end: CommandEnd | null;
}

/** All alarms of the box that are open, and how often that has changed. */
export interface AlarmRecord {
  journalId: string;
  revision: number;
  open: OpenAlarm[];
}

/** One change; all changes of a commit are durable together or not at all. */
export type JournalChange =
  | { op: 'open-payment'; payment: OpenPayment }
  | { op: 'set-phase'; paymentId: PaymentId; phase: OpenPhase; recheckFields?: RecheckField[]; confirmJws?: string }
  | { op: 'close-payment'; paymentId: PaymentId; outcome: ClosedOutcome; atMs: number }
  | { op: 'open-cancel'; cancel: OpenCancel }
  | { op: 'close-cancel'; cancelId: CancelId; outcome: CancelOutcome; atMs: number }
  /** `kept`: not printed by itself, there for the page to print. */
  | { op: 'queue-receipt'; receipt: Receipt; atMs: number; state?: 'queued' | 'kept' }
  | { op: 'set-receipt'; receiptId: number; state: SpoolState; receipt?: Receipt }
  | { op: 'store-statement'; record: StatementRecord; lines: StatementLine[] }
  | {
      op: 'judge-statement';
      statementId: StatementId;
      faults: StatementFault[];
      answer: StatementRecord['answer'];
    }
  | { op: 'answer-statement'; statementId: StatementId; answer: 'approved' | 'disputed' }
  | { op: 'set-lines'; statementId: StatementId; settled: SettledLine[]; accepting: LineName[] }
  | { op: 'set-statement'; statementId: StatementId; state: StatementState }
  | { op: 'store-terms'; issued: IssuedTerms }
  | { op: 'store-receipt-key'; key: PgBoxPublicJwk | null }
  /**
   * A cash receipt was asked for, or something became of it; what is older than what is there changes nothing. The slip of
   * the sale or refund gets the approval number, for its next print.
   */
  | { op: 'put-receipt-order'; paymentId: PaymentId; order: CashReceiptOrder }
  /** Those that ended and expired a day before are forgotten. */
  | { op: 'take-command'; command: Omit<CommandRecord, 'end'> }
  /** The attachments of the last few are kept. */
  | { op: 'end-command'; commandId: CommandId; end: CommandEnd; attachment: Uint8Array | null }
  | { op: 'store-alarms'; alarms: AlarmRecord };

/**
 * The box's memory: every change is on disk when `commit` returns (SQLite, WAL, synchronous FULL), so the journal is the
 * outbox: what is open here is sent again until it is answered.
 */
export interface Journal {
  commit(changes: readonly JournalChange[]): void;
  /** In the order in which they were opened. */
  openPayments(): OpenPayment[];
  openCancels(): OpenCancel[];
  findPayment(paymentId: PaymentId): PaymentRecord | null;
  /** Payments with this coupon's barcode that were not declined, taken back or given up (`reversing`). */
  couponUses(couponId: CouponId): CouponUse[];
  /** The newest payment with this coupon's barcode of which something can still be refunded. */
  refundablePayment(couponId: CouponId): PaymentRecord | null;
  /** Newest first. */
  refusedRedemptions(closedSinceMs: number, limit: number): RefusedRedemption[];
  terms(): IssuedTerms | null;
  /** What customers' numbers for cash receipts are sealed to; null: nothing. */
  receiptKey(): PgBoxPublicJwk | null;
  /** Of one payment, the issue first. */
  receiptOrders(paymentId: PaymentId): CashReceiptOrder[];
  /** Payments after `after` with cash receipts under way, in order. */
  openReceipts(after: PaymentId | null, limit: number): PaymentId[];
  /** Newest first. */
  recentPayments(limit: number): PaymentRecord[];
  /** What was booked on a business date, for the check of S15. */
  bookedEvents(businessDate: BusinessDate): PayableEvent[];
  nextReceipt(): SpooledReceipt | null;
  findReceipt(receiptId: number): SpooledReceipt | null;
  recentReceipts(limit: number): SpooledReceipt[];
  findStatement(statementId: StatementId): StatementRecord | null;
  /** As the operator stated them, in order; empty when there is no such statement. */
  statementLines(statementId: StatementId): StatementLine[];
  recentStatements(limit: number): StatementRecord[];
  /** Answered, and the operator has not acknowledged it yet. */
  unacknowledgedAnswers(): StatementRecord[];
  /** The next receipt number of the day's slip, starting at 1. */
  countReceiptsSince(sinceMs: number): number;
  countWaitingReceipts(): number;
  findCommand(commandId: CommandId): CommandRecord | null;
  findCommandAttachment(commandId: CommandId): Uint8Array | null;
  /** In the order in which they were taken. */
  unendedCommands(): CommandRecord[];
  countCommands(): number;
  /** Null: none was ever stored. */
  alarms(): AlarmRecord | null;
  /** Changes nothing, and throws where a commit would fail: locked by another, or its disk can no longer be written. */
  checkWritable(): void;
  close(): void;
}
