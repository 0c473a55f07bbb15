import type { AuthorisationReply } from '@scanpay/shared/api/card.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import { type Result, ScanPayError } from '@scanpay/shared/errors.ts';
import type { Split } from '@scanpay/shared/money.ts';
import { type BookingEvidence, signBookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import type { PgPaymentInput } from '../../core/approve/pg-payment.ts';
import { checkPeerEvidence, type ExpectedBooking } from '../../core/audit/booking-evidence.ts';
import type { PgApproval, PgOrder, PgPayment } from '../../ports/pg-store.ts';
import type { PgContext } from './pg-context.ts';

/** Signs what was approved, for whom, how it is divided and by which version of the PG's agreement. */
export async function signApproval(
  ctx: PgContext,
  paymentId: PgPayment['paymentId'],
  order: PgOrder,
  approval: Omit<PgApproval, 'evidenceJws'>,
): Promise<PgApproval> {
  const { couponId, merchantId, offerId, tender, split, businessDate, contractVersion } = order;
  const { approvalNumber, approvedAtMs, cardLast4 } = approval;
  const evidence: BookingEvidence = {
    ...{ v: 1, company: 'pg', kind: 'sale', paymentId, cancelId: null, merchantId, deviceId: null },
    ...{ tender, split, businessDate, atMs: approvedAtMs },
    sale: { approvalNumber, cardLast4, couponId, offerId, contractVersion },
  };
  return { ...approval, evidenceJws: await signBookingEvidence(evidence, ctx.keys.signer) };
}

/** Undefined: the outcome of the call is not known. */
export async function knownOutcome<T>(call: Promise<Result<T>>): Promise<Result<T> | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ScanPayError && error.code === 'upstream_unavailable') return undefined;
    throw error;
  }
}

/** What the card company's answer to an authorisation or an inquiry means for the payment. */
export async function toPaymentInput(
  ctx: PgContext,
  payment: { paymentId: PgPayment['paymentId']; order: PgOrder },
  reply: AuthorisationReply,
): Promise<PgPaymentInput> {
  if (reply.outcome === 'declined') return { kind: 'card-declined', code: reply.code };
  if (reply.outcome === 'reversed') return { kind: 'undo', code: 'upstream_unavailable' };
  const { approvalNumber, approvedAtMs, cardLast4, evidenceJws: peerJws } = reply;
  if (!isFeeAgreed(payment.order.split, reply.cardFeeWon)) return { kind: 'undo', code: 'fee_mismatch' };
  const { paymentId, order } = payment;
  const { chargedWon, cardFeeWon } = order.split;
  const proven = await isProven(ctx, peerJws, {
    ...{ kind: 'sale', paymentId, cancelId: null, businessDate: order.businessDate },
    ...{ split: { chargedWon, cardFeeWon }, atMs: approvedAtMs, approvalNumber },
  });
  if (!proven) return { kind: 'undo', code: 'upstream_unavailable' };
  const approval = await signApproval(ctx, paymentId, order, {
    approvalNumber,
    approvedAtMs,
    cardLast4,
  });
  return { kind: 'card-approved', approval, peerJws };
}

/** Whether the card company has signed what it says; if not, it has said nothing. */
export async function isProven(
  ctx: PgContext,
  evidenceJws: string,
  expected: Omit<ExpectedBooking, 'company'>,
): Promise<boolean> {
  const checked = await checkPeerEvidence(evidenceJws, ctx.resolveCardKey, { company: 'card', ...expected });
  const { paymentId, kind } = expected;
  if (!checked.ok) {
    const { code, detail } = checked;
    ctx.log.error({ paymentId, kind, code, detail }, 'the card company has not signed what it says');
  }
  return checked.ok;
}

const isFeeAgreed = (split: Split, cardFeeWon: number): boolean => split.cardFeeWon === cardFeeWon;

/**
 * A refused authorisation made no charge, except where the card company knows the payment id with other data: then it
 * has to be undone first.
 */
export function refusalToInput(code: ErrorCode): PgPaymentInput {
  return code === 'payment_id_conflict' ? { kind: 'undo', code } : { kind: 'card-declined', code };
}

/**
 * After an authorisation without an answer: asks what became of it. No clear answer, or "never seen" (the request may
 * still be on its way), means that it has to be undone.
 */
export async function inquireOutcome(
  ctx: PgContext,
  payment: { paymentId: PgPayment['paymentId']; order: PgOrder },
): Promise<PgPaymentInput> {
  const answer = await knownOutcome(ctx.card.inquire(payment.paymentId));
  if (answer?.ok !== true) return { kind: 'undo', code: 'upstream_unavailable' };
  return toPaymentInput(ctx, payment, answer.value);
}
