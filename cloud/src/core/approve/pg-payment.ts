/**
 * The PG's payment as a pure state machine (S10 and its undoing).
 *
 * | state       | card-approved | card-declined | undo(code) | reversal-asked        | reversal-acknowledged |
 * |-------------|---------------|---------------|------------|-----------------------|-----------------------|
 * | (none)      |               |               |            | reversed (tombstone)  |                       |
 * | authorising | approved, sale booked | declined | reversing | reversing          |                       |
 * | approved    |               |               |            | card: reversing; cash: reversed, booked |     |
 * | declined    |               |               |            | reversed              |                       |
 * | reversing   | (too late)    | (too late)    |            | reversing             | declined(code) or reversed, booked if a sale was |
 * | reversed    | (too late)    | (too late)    |            | reversed              |                       |
 *
 * An empty or "too late" cell changes nothing.
 */
import { addBusinessDays, type BusinessDate } from '@scanpay/shared/clock.ts';
import { type ErrorCode, ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { nothingRefunded } from '@scanpay/shared/settlement/refund-limit.ts';
import type { PaymentEntry } from '../../ports/ledger.ts';
import type { Booking, PgApproval, PgOrder, PgPayment } from '../../ports/pg-store.ts';
import { makePaymentEntry } from '../settle/ledger.ts';

export type PgPaymentInput =
  | { kind: 'card-approved'; approval: PgApproval; peerJws: string }
  | { kind: 'card-declined'; code: ErrorCode }
  /** What the card company did is unknown, or cannot stand: undo it, then answer declined with `code`. */
  | { kind: 'undo'; code: ErrorCode }
  | { kind: 'reversal-asked'; businessDate: BusinessDate; atMs: number }
  /**
   * The card company has closed the date of the reversal. A payment that is in no other book goes on under the next
   * date; the reversal of a booked one waits for a date of the operator's, so that all books agree on it.
   */
  | { kind: 'card-date-closed'; businessDate: BusinessDate }
  | { kind: 'reversal-acknowledged'; atMs: number; peerJws: string | null };

export interface PgPaymentStep {
  payment: PgPayment;
  booking: Booking;
}

const nothing: Booking = { entry: null, openDate: null };

const unrefunded = { cancelId: null, refunded: nothingRefunded };

/** A payment at its first writing. */
export function makePayment(
  paymentId: PaymentId,
  order: PgOrder,
  bodySha256: string,
  start:
    | { state: 'authorising' }
    | { state: 'declined'; code: ErrorCode }
    | { state: 'approved'; approval: PgApproval },
): PgPaymentStep {
  const approval = start.state === 'approved' ? start.approval : null;
  const declineCode = start.state === 'declined' ? start.code : null;
  const common = { paymentId, version: 1, order, bodySha256, reversalDate: null, ...unrefunded };
  const payment: PgPayment = { ...common, state: start.state, approval, declineCode };
  if (approval !== null) return { payment, booking: { entry: bookSale(payment, approval), openDate: null } };
  const openDate = start.state === 'authorising' ? order.businessDate : null;
  return { payment, booking: { entry: null, openDate } };
}

/** What the reversal of a payment nobody has seen leaves behind: a later request for it is declined. */
export function makeTombstone(paymentId: PaymentId): PgPayment {
  const unseen = { order: null, bodySha256: null, approval: null, declineCode: null, reversalDate: null };
  return { paymentId, version: 1, state: 'reversed', ...unseen, ...unrefunded };
}

/** The next version of the payment and what is booked with it; undefined: the input changes nothing. */
export function stepPayment(payment: PgPayment, input: PgPaymentInput): PgPaymentStep | undefined {
  switch (payment.state) {
    case 'authorising':
      return stepAuthorising(payment, input);
    case 'approved':
      return input.kind === 'reversal-asked' ? reverseApproved(payment, input.businessDate, input.atMs) : undefined;
    case 'declined':
      if (input.kind !== 'reversal-asked') return undefined;
      return { payment: next(payment, { state: 'reversed', reversalDate: input.businessDate }), booking: nothing };
    case 'reversing':
      return stepReversing(payment, input);
    case 'reversed':
      return undefined;
  }
}

function stepAuthorising(payment: PgPayment, input: PgPaymentInput): PgPaymentStep | undefined {
  switch (input.kind) {
    case 'card-approved': {
      const approved = next(payment, { state: 'approved', approval: input.approval });
      return { payment: approved, booking: { entry: bookSale(payment, input.approval), openDate: null } };
    }
    case 'card-declined':
      return { payment: next(payment, { state: 'declined', declineCode: input.code }), booking: nothing };
    case 'undo': {
      const reversalDate = orderOf(payment).businessDate;
      return {
        payment: next(payment, { state: 'reversing', declineCode: input.code, reversalDate }),
        booking: nothing,
      };
    }
    case 'reversal-asked':
      return { payment: next(payment, { state: 'reversing', reversalDate: input.businessDate }), booking: nothing };
    default:
      return undefined;
  }
}

function reverseApproved(payment: PgPayment, reversalDate: BusinessDate, atMs: number): PgPaymentStep {
  if (orderOf(payment).tender === 'card') {
    return {
      payment: next(payment, { state: 'reversing', reversalDate }),
      booking: { entry: null, openDate: reversalDate },
    };
  }
  const reversed = next(payment, { state: 'reversed', reversalDate });
  return { payment: reversed, booking: { entry: bookReversal(reversed, atMs), openDate: null } };
}

function stepReversing(payment: PgPayment, input: PgPaymentInput): PgPaymentStep | undefined {
  switch (input.kind) {
    case 'reversal-asked': {
      if (payment.declineCode === null && payment.reversalDate === input.businessDate) return undefined;
      const asked = next(payment, { declineCode: null, reversalDate: input.businessDate });
      return {
        payment: asked,
        booking: { entry: null, openDate: payment.approval === null ? null : input.businessDate },
      };
    }
    case 'card-date-closed': {
      const isOnlyOurs = payment.approval === null && payment.reversalDate === input.businessDate;
      if (!isOnlyOurs) return undefined;
      return { payment: next(payment, { reversalDate: addBusinessDays(input.businessDate, 1) }), booking: nothing };
    }
    case 'reversal-acknowledged': {
      if (payment.declineCode !== null) return { payment: next(payment, { state: 'declined' }), booking: nothing };
      const reversed = next(payment, { state: 'reversed' });
      const entry = payment.approval === null ? null : bookReversal(payment, input.atMs);
      return { payment: reversed, booking: { entry, openDate: null } };
    }
    default:
      return undefined;
  }
}

/** Whether a charge at the card company may have to be undone or awaited. */
export function isUnresolved(payment: PgPayment): boolean {
  return payment.state === 'authorising' || payment.state === 'reversing';
}

/** @throws ScanPayError `internal` for a tombstone, which has no order. */
export function orderOf(payment: PgPayment): PgOrder {
  if (payment.order === null) throw new ScanPayError('internal', `no order is kept of payment ${payment.paymentId}`);
  return payment.order;
}

function next(payment: PgPayment, change: Partial<PgPayment>): PgPayment {
  return { ...payment, ...change, version: payment.version + 1 };
}

function bookSale(payment: PgPayment, approval: PgApproval): PaymentEntry {
  const { businessDate } = orderOf(payment);
  return makePaymentEntry('pg', { kind: 'sale', ...subject(payment), atMs: approval.approvedAtMs, businessDate });
}

function bookReversal(payment: PgPayment, atMs: number): PaymentEntry {
  const businessDate = payment.reversalDate ?? orderOf(payment).businessDate;
  return makePaymentEntry('pg', { kind: 'reversal', ...subject(payment), atMs, businessDate });
}

function subject(payment: PgPayment): Omit<PaymentEntry, 'kind' | 'atMs' | 'businessDate' | 'postings'> {
  const { merchantId, tender, split } = orderOf(payment);
  return { paymentId: payment.paymentId, cancelId: null, merchantId, deviceId: null, tender, split, payoutDate: null };
}
