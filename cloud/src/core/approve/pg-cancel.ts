import type { CancellationBody, CancellationReply } from '@scanpay/shared/api/pg.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import { splitRefund } from '@scanpay/shared/money.ts';
import { addRefund, isWithinRefundLimit } from '@scanpay/shared/settlement/refund-limit.ts';
import type { Booking, PgCancel, PgPayment } from '../../ports/pg-store.ts';
import type { Unproved } from '../audit/unproved.ts';
import { makePaymentEntry } from '../settle/ledger.ts';
import { orderOf } from './pg-payment.ts';

export interface PgCancelStep {
  cancel: PgCancel;
  /** The payment's next version, where the cancel holds it, is done with it or has given something back. */
  payment: PgPayment | null;
  booking: Booking;
}

const nothing: Booking = { entry: null, openDate: null };

/**
 * A cancel at its first writing: declined; at once `cancelled` (cash: the merchant gives the money back); or
 * `cancelling`, to be taken to the card company. Of the whole charge or of a part, up to what is left; one cancel holds a
 * payment at a time.
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
  if (orderOf(payment).tender === 'card') {
    const cancel: PgCancel = { ...common, state: 'cancelling', declineCode: null, cancelledAtMs: null };
    const held: PgPayment = { ...payment, cancelId, version: payment.version + 1 };
    return { cancel, payment: held, booking: { entry: null, openDate: businessDate } };
  }
  const cancel: PgCancel = { ...common, state: 'cancelled', declineCode: null, cancelledAtMs: nowMs };
  return giveBack(cancel, payment, nowMs);
}

function judgeCancel(payment: PgPayment | undefined, { amountWon }: CancellationBody): ErrorCode | null {
  if (payment === undefined) return 'payment_unknown';
  if (payment.state !== 'approved' || payment.cancelId !== null) return 'payment_state';
  const { chargedWon } = orderOf(payment).split;
  return isWithinRefundLimit(chargedWon, payment.refunded, amountWon) ? null : 'refund_limit';
}

/** The card company's answer to a cancel that was taken to it. */
export function endCancel(
  cancel: PgCancel,
  payment: PgPayment,
  answer: Unproved<CancellationReply>,
): PgCancelStep & { payment: PgPayment } {
  if (answer.outcome === 'cancelled') {
    const { cancelledAtMs } = answer;
    return giveBack({ ...cancel, state: 'cancelled', cancelledAtMs }, payment, cancelledAtMs);
  }
  const declined: PgCancel = { ...cancel, state: 'declined', declineCode: answer.code };
  return { cancel: declined, payment: { ...payment, cancelId: null, version: payment.version + 1 }, booking: nothing };
}

/** What the operator is told of a cancel, but for the signed word; undefined while it is under way. */
export function toCancellationReply(cancel: PgCancel): Unproved<CancellationReply> | undefined {
  if (cancel.declineCode !== null) return { outcome: 'declined', code: cancel.declineCode };
  if (cancel.cancelledAtMs !== null) return { outcome: 'cancelled', cancelledAtMs: cancel.cancelledAtMs };
  return undefined;
}

/** The cancel is done: what it gives back is counted, and booked with its own part of the original split. */
function giveBack(cancel: PgCancel, payment: PgPayment, atMs: number): PgCancelStep & { payment: PgPayment } {
  const { merchantId, tender, split: original } = orderOf(payment);
  const { paymentId, cancelId, amountWon, businessDate } = cancel;
  const split = splitRefund(original, payment.refunded.refundedWon, amountWon);
  const subject = { paymentId, cancelId, merchantId, deviceId: null, tender, split, payoutDate: null };
  const entry = makePaymentEntry('pg', { kind: 'cancel', ...subject, atMs, businessDate });
  const refunded = addRefund(payment.refunded, amountWon);
  const next: PgPayment = { ...payment, cancelId: null, refunded, version: payment.version + 1 };
  return { cancel, payment: next, booking: { entry, openDate: null } };
}
