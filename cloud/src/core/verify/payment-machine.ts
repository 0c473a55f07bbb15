import type { ApprovalReply, CancellationReply } from '@scanpay/shared/api/pg.ts';
import { addBusinessDays, type BusinessDate, daysBetween } from '@scanpay/shared/clock.ts';
import type { ErrorCode, Result } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { isWithinRefundLimit, type RefundedSoFar } from '@scanpay/shared/settlement/refund-limit.ts';
import type { PaymentCancel, PaymentOutcome } from '@scanpay/shared/wire/messages.ts';
import type { Cancel, Payment, PaymentState } from '../../ports/operator-payment-store.ts';

/**
 * The operator's payment, as a pure machine. A message about it meets its state, and the table says what to do:
 *
 * |             | request  | confirm² | inquiry     | reversal   | cancel          |
 * |-------------|----------|----------|-------------|------------|-----------------|
 * | not there   | verify   | reject   | not-seen    | tombstone  | payment_unknown |
 * | recheck     | repeat   | verify   | repeat      | uncharged  | payment_state   |
 * | authorising | wait     | wait     | processing  | begin      | payment_state   |
 * | approved    | repeat   | repeat   | repeat      | begin³     | begin           |
 * | declined    | repeat   | repeat   | repeat      | uncharged  | payment_state   |
 * | reversing   | wait     | wait     | processing  | adopt      | payment_state   |
 * | reversed    | repeat¹  | repeat   | repeat      | repeat     | payment_reversed|
 * | cancelling  | repeat   | repeat   | repeat      | reject     | payment_state   |
 * | cancelled   | repeat   | repeat   | repeat      | reject     | refund_limit    |
 *
 * ¹ A request that comes after its own reversal (tombstone) is declined with `payment_reversed`.
 * ³ Rejected once a part of it was given back.
 * ² The confirmation that was taken; any other is rejected, save for a reversed payment.
 *
 * `repeat` sends the stored, signed answer once more; `wait` sends nothing, for the answer follows by itself.
 */
export type Answer =
  | { do: 'repeat' }
  | { do: 'wait' }
  | { do: 'answer'; outcome: PaymentOutcome }
  | { do: 'reject'; code: ErrorCode; detail: string };

interface Verify {
  do: 'verify';
}

export type ReversalDecision =
  | Answer
  | { do: 'leave-tombstone' }
  | { do: 'reverse-uncharged'; from: 'recheck' | 'declined' }
  | { do: 'begin-reversal'; from: 'authorising' | 'approved' }
  | { do: 'adopt-reversal' };

const verify: Verify = { do: 'verify' };
const repeat: Answer = { do: 'repeat' };
const wait: Answer = { do: 'wait' };
const reject = (code: ErrorCode, detail = ''): Answer => ({ do: 'reject', code, detail });

const isWaitingForPg = (state: PaymentState): boolean => state === 'authorising' || state === 'reversing';

/** The signed part alone: the same message signed twice is the same message. */
const isSameMessage = (jws: string, otherJws: string): boolean => jws.split('.')[1] === otherJws.split('.')[1];

export function decideRequest(payment: Payment | undefined, deviceId: DeviceId, requestJws: string): Verify | Answer {
  if (payment === undefined) return verify;
  if (payment.deviceId !== deviceId || !isSameMessage(payment.requestJws, requestJws)) {
    return reject('payment_id_conflict', 'another request has this payment id');
  }
  if (payment.state === 'reversed' && payment.tombstone) {
    return { do: 'answer', outcome: { kind: 'declined', code: 'payment_reversed' } };
  }
  return isWaitingForPg(payment.state) ? wait : repeat;
}

/** `namesRequest`: the confirmation carries the hash of the stored request. */
export function decideConfirm(
  payment: Payment | undefined,
  confirm: { deviceId: DeviceId; jws: string; namesRequest: boolean },
): Verify | Answer {
  if (payment === undefined) return reject('payment_unknown', 'the request has not been seen');
  if (payment.deviceId !== confirm.deviceId) return reject('device_mismatch', 'a payment of another box');
  if (!confirm.namesRequest)
    return reject('payment_id_conflict', '/requestSha256: another request has this payment id');
  if (payment.state === 'recheck') return verify;
  if (payment.state === 'reversed') return repeat;
  if (payment.confirmJws === null) return reject('payment_state', 'nothing was asked');
  if (!isSameMessage(payment.confirmJws, confirm.jws)) {
    return reject('payment_id_conflict', 'another confirmation was taken');
  }
  return isWaitingForPg(payment.state) ? wait : repeat;
}

export function decideInquiry(
  payment: Payment | undefined,
  inquiry: { deviceId: DeviceId; namesRequest: boolean },
): Answer {
  if (payment === undefined) return { do: 'answer', outcome: { kind: 'not-seen' } };
  if (payment.deviceId !== inquiry.deviceId) return reject('device_mismatch', 'a payment of another box');
  if (!inquiry.namesRequest)
    return reject('payment_id_conflict', '/requestSha256: another request has this payment id');
  return isWaitingForPg(payment.state) ? { do: 'answer', outcome: { kind: 'processing' } } : repeat;
}

export function decideReversal(payment: Payment | undefined, deviceId: DeviceId, requestJws: string): ReversalDecision {
  if (payment === undefined) return { do: 'leave-tombstone' };
  if (payment.deviceId !== deviceId) return reject('device_mismatch', 'a payment of another box');
  if (!isSameMessage(payment.requestJws, requestJws)) {
    return reject('payment_id_conflict', '/requestJws: another request has this payment id');
  }
  switch (payment.state) {
    case 'recheck':
    case 'declined':
      return { do: 'reverse-uncharged', from: payment.state };
    case 'authorising':
    case 'approved':
      if (payment.refunded.refundCount > 0) return reject('payment_state', 'part of the payment was refunded');
      return { do: 'begin-reversal', from: payment.state };
    case 'reversing':
      return payment.reversalCause === 'upstream' ? { do: 'adopt-reversal' } : wait;
    case 'reversed':
      return repeat;
    case 'cancelling':
    case 'cancelled':
      return reject('payment_state', 'the payment is cancelled');
  }
}

export type CancelDecision =
  /** If nothing was given back beyond `refunded`. */
  | { do: 'begin'; refunded: RefundedSoFar }
  | { do: 'repeat' }
  | { do: 'wait' }
  | { do: 'decline'; code: ErrorCode }
  | { do: 'reject'; code: ErrorCode; detail: string };

/**
 * Whole or in part, by the box that made the payment, up to `refundWindowDays` after its business date (0: on that date
 * only).
 */
export function decideCancel(
  payment: Payment | undefined,
  known: Cancel | undefined,
  cancel: { message: PaymentCancel; deviceId: DeviceId; jws: string },
  window: { today: BusinessDate; refundWindowDays: number },
): CancelDecision {
  if (known !== undefined) {
    if (known.deviceId !== cancel.deviceId || !isSameMessage(known.requestJws, cancel.jws)) {
      return { do: 'reject', code: 'payment_id_conflict', detail: 'another cancel has this cancel id' };
    }
    return known.state === 'cancelling' ? { do: 'wait' } : { do: 'repeat' };
  }
  if (payment === undefined) return { do: 'decline', code: 'payment_unknown' };
  const code = refuseCancel(payment, cancel.message, window);
  return code === undefined ? { do: 'begin', refunded: payment.refunded } : { do: 'decline', code };
}

function refuseCancel(
  payment: Payment,
  { deviceId, merchantId, amountWon }: PaymentCancel,
  { today, refundWindowDays }: { today: BusinessDate; refundWindowDays: number },
): ErrorCode | undefined {
  if (payment.deviceId !== deviceId || payment.merchantId !== merchantId) return 'device_mismatch';
  if (payment.state === 'reversed') return 'payment_reversed';
  if (payment.state === 'cancelled') return 'refund_limit';
  if (payment.state !== 'approved' || payment.terms === null) return 'payment_state';
  if (!isWithinRefundLimit(payment.terms.split.chargedWon, payment.refunded, amountWon)) return 'refund_limit';
  return daysBetween(payment.businessDate, today) > refundWindowDays ? 'refund_window' : undefined;
}

/** What the PG said, or did not say, to an approval or an inquiry. */
export type PgWord = Result<ApprovalReply> | 'unknown';

export type PgDecision =
  | { do: 'approve'; reply: Extract<ApprovalReply, { outcome: 'approved' }> }
  | { do: 'decline'; code: ErrorCode }
  | { do: 'inquire' }
  | { do: 'reverse' };

/** Refusals that speak of the PG's own trouble, not of the payment. */
const troubles: readonly ErrorCode[] = ['internal', 'upstream_unavailable', 'rate_limited'];
const isTrouble = (code: ErrorCode): boolean => troubles.includes(code);

/** S10's answer. Whatever is not a clear word is asked about, never guessed. */
export function decideOnApproval(word: PgWord): PgDecision {
  if (word === 'unknown' || (!word.ok && isTrouble(word.code))) return { do: 'inquire' };
  if (!word.ok) return { do: 'decline', code: word.code };
  return decideOnReply(word.value, { do: 'inquire' });
}

/**
 * The answer to an inquiry. `payment_unknown` proves nothing, for the approval may still be under way: only a reversal
 * leaves the tombstone that keeps it from being made. So does silence, and a PG that is still at it after the last
 * inquiry.
 */
export function decideOnInquiry(word: PgWord, isLast: boolean): PgDecision {
  if (word === 'unknown' || !word.ok) return { do: 'reverse' };
  return decideOnReply(word.value, { do: isLast ? 'reverse' : 'inquire' });
}

function decideOnReply(reply: ApprovalReply, whileProcessing: PgDecision): PgDecision {
  switch (reply.outcome) {
    case 'approved':
      return { do: 'approve', reply };
    case 'declined':
      return { do: 'decline', code: reply.code };
    case 'reversed':
      return { do: 'decline', code: 'payment_reversed' };
    case 'processing':
      return whileProcessing;
  }
}

/** `move-date`: the PG has closed that business date, take the next. */
export function decideOnReversal(word: Result<unknown> | 'unknown'): 'done' | 'move-date' | 'again' {
  if (word === 'unknown') return 'again';
  if (word.ok) return 'done';
  return word.code === 'date_closed' ? 'move-date' : 'again';
}

/** The earliest date to try next, where the PG has closed the one before. */
export function dateAfterClosed(closed: BusinessDate, today: BusinessDate): BusinessDate {
  const next = addBusinessDays(closed, 1);
  if (next < today) return today;
  return next;
}

/** A cancel is repeated until the PG has a word on the cancel itself. `move-date`: as for a reversal. */
export function decideOnCancellation(
  word: Result<CancellationReply> | 'unknown',
):
  | { do: 'cancel'; cancelledAtMs: number; evidenceJws: string }
  | { do: 'decline'; code: ErrorCode }
  | { do: 'move-date' }
  | { do: 'again' } {
  if (word === 'unknown' || (!word.ok && isTrouble(word.code))) return { do: 'again' };
  if (!word.ok) return word.code === 'date_closed' ? { do: 'move-date' } : { do: 'decline', code: word.code };
  const reply = word.value;
  if (reply.outcome === 'declined') return { do: 'decline', code: reply.code };
  return { do: 'cancel', cancelledAtMs: reply.cancelledAtMs, evidenceJws: reply.evidenceJws };
}
