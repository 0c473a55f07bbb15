import type { CancellationBody, CancellationReply } from '@scanpay/shared/api/pg.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { PaymentEntry } from '../../ports/ledger.ts';
import type { Booking, PgCancel, PgPayment } from '../../ports/pg-store.ts';
import { makePaymentEntry } from '../settle/ledger.ts';
import { orderOf } from './pg-payment.ts';

export interface PgCancelStep {
  cancel: PgCancel;
  /** The payment's next version, where the cancel holds it. */
  payment: PgPayment | null;
  booking: Booking;
}

const nothing: Booking = { entry: null, openDate: null };

/**
 * A cancel at its first writing: declined; at once `cancelled` (cash: the merchant gives the money back); or
 * `cancelling`, to be taken to the card company. One cancel holds a payment at a time, and it is whole.
 */
export function beginCancel(payment: PgPayment | undefined, body: CancellationBody, nowMs: number): PgCancelStep {
  const { cancelId, paymentId, amountWon, businessDate } = body;
  const common = { cancelId, paymentId, amountWon, businessDate };
  const code = judgeCancel(payment, body);
  if (payment === undefined || code !== null) {
    const declineCode = code ?? 'payment_unknown';
    const cancel: PgCancel = { ...common, state: 'declined', declineCode, cancelledAtMs: null };
    return { cancel, payment: null, booking: nothing };
  }
  const held: PgPayment = { ...payment, cancelId, version: payment.version + 1 };
  if (orderOf(payment).tender === 'card') {
    const cancel: PgCancel = { ...common, state: 'cancelling', declineCode: null, cancelledAtMs: null };
    return { cancel, payment: held, booking: { entry: null, openDate: businessDate } };
  }
  const cancel: PgCancel = { ...common, state: 'cancelled', declineCode: null, cancelledAtMs: nowMs };
  return { cancel, payment: held, booking: { entry: bookCancel(cancel, payment, nowMs), openDate: null } };
}

function judgeCancel(payment: PgPayment | undefined, body: CancellationBody): ErrorCode | null {
  if (payment === undefined) return 'payment_unknown';
  if (payment.state !== 'approved') return 'payment_state';
  const isWhole = body.amountWon === orderOf(payment).split.chargedWon;
  return payment.cancelId === null && isWhole ? null : 'refund_limit';
}

/** The card company's answer to a cancel that was taken to it. */
export function endCancel(cancel: PgCancel, payment: PgPayment, answer: CancellationReply): PgCancelStep {
  if (answer.outcome === 'declined') {
    return { cancel: { ...cancel, state: 'declined', declineCode: answer.code }, payment: null, booking: nothing };
  }
  const { cancelledAtMs } = answer;
  const ended: PgCancel = { ...cancel, state: 'cancelled', cancelledAtMs };
  return {
    cancel: ended,
    payment: null,
    booking: { entry: bookCancel(ended, payment, cancelledAtMs), openDate: null },
  };
}

/** What the operator is told of a cancel; undefined while it is under way. */
export function toCancellationReply(cancel: PgCancel): CancellationReply | undefined {
  if (cancel.declineCode !== null) return { outcome: 'declined', code: cancel.declineCode };
  if (cancel.cancelledAtMs !== null) return { outcome: 'cancelled', cancelledAtMs: cancel.cancelledAtMs };
  return undefined;
}

function bookCancel(cancel: PgCancel, payment: PgPayment, atMs: number): PaymentEntry {
  const { merchantId, tender, split } = orderOf(payment);
  const { paymentId, cancelId, businessDate } = cancel;
  const subject = { paymentId, cancelId, merchantId, deviceId: null, tender, split };
  return makePaymentEntry('pg', { kind: 'cancel', ...subject, atMs, businessDate });
}
