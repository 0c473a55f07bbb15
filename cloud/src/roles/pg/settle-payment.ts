import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import {
  isUnresolved,
  orderOf,
  type PgPaymentInput,
  type PgPaymentStep,
  stepPayment,
} from '../../core/approve/pg-payment.ts';
import type { PgPayment } from '../../ports/pg-store.ts';
import { inquireOutcome, isProven } from './ask-card.ts';
import type { PgContext } from './pg-context.ts';
import { proveStep } from './prove-step.ts';

/** How often a change may be overtaken by another before something must be wrong. */
const maxOvertaken = 8;

/** Writes what the input makes of the payment, against whatever else changes it meanwhile. Returns the newest state. */
export async function advancePayment(ctx: PgContext, payment: PgPayment, input: PgPaymentInput): Promise<PgPayment> {
  let current = payment;
  let toApply = input;
  for (let round = 0; round < maxOvertaken; round += 1) {
    const step = stepPayment(current, toApply);
    if (step === undefined) return current;
    const saved = await savePaymentStep(ctx, step, 'peerJws' in toApply ? toApply.peerJws : null);
    if (saved === 'saved') return step.payment;
    if (saved === 'overtaken') current = await readPayment(ctx, payment.paymentId);
    else if (toApply.kind === 'card-approved') toApply = { kind: 'undo', code: 'date_closed' };
    else throw new ScanPayError('date_closed');
  }
  throw new ScanPayError('internal', `payment ${payment.paymentId} keeps changing`);
}

async function savePaymentStep(
  ctx: PgContext,
  step: PgPaymentStep,
  peerJws: string | null,
): Promise<'saved' | 'overtaken' | 'date-closed'> {
  try {
    const booking = await proveStep(ctx, step, peerJws);
    const isSaved = await ctx.store.savePayment(step.payment, booking, ctx.scheduler.nowMs());
    return isSaved ? 'saved' : 'overtaken';
  } catch (error) {
    if (error instanceof ScanPayError && error.code === 'date_closed') return 'date-closed';
    throw error;
  }
}

/** @throws ScanPayError `internal` when there is no such payment. */
export async function readPayment(ctx: PgContext, paymentId: PaymentId): Promise<PgPayment> {
  const payment = await ctx.store.findPayment(paymentId);
  if (payment === undefined) throw new ScanPayError('internal', `payment ${paymentId} has vanished`);
  return payment;
}

/**
 * Brings a payment to its end at the card company, again and again until there is a clear answer. Resolves with false
 * when stopped before, with true when done, or when only a new date from the operator helps (see `reverse`).
 */
export function resolvePayment(ctx: PgContext, paymentId: PaymentId): Promise<boolean> {
  return ctx.resolutions.run(paymentId, () => tryToResolve(ctx, paymentId));
}

async function tryToResolve(ctx: PgContext, paymentId: PaymentId): Promise<boolean> {
  let payment = await readPayment(ctx, paymentId);
  if (payment.state === 'authorising') {
    if (ctx.inFlight.has(paymentId)) return true;
    const input = await inquireOutcome(ctx, { paymentId, order: orderOf(payment) });
    payment = await advancePayment(ctx, payment, input);
  }
  if (payment.state !== 'reversing') return true;
  return undoAtCard(ctx, payment);
}

async function undoAtCard(ctx: PgContext, payment: PgPayment): Promise<boolean> {
  const { paymentId } = payment;
  const businessDate = payment.reversalDate ?? orderOf(payment).businessDate;
  const answer = await ctx.card.reverse({ paymentId, businessDate });
  if (answer.ok) {
    const { evidenceJws: peerJws } = answer.value;
    if (!(await isReversalProven(ctx, payment, peerJws))) return false;
    await advancePayment(ctx, payment, { kind: 'reversal-acknowledged', atMs: ctx.scheduler.nowMs(), peerJws });
    return true;
  }
  if (answer.code === 'date_closed') {
    const moved = await advancePayment(ctx, payment, { kind: 'card-date-closed', businessDate });
    return !isUnresolved(moved) || moved.reversalDate === businessDate;
  }
  ctx.log.error({ paymentId, code: answer.code, detail: answer.detail }, 'the card company refuses a reversal');
  return false;
}

/** What this company has booked, it takes back on the card company's signed word alone. */
async function isReversalProven(ctx: PgContext, payment: PgPayment, evidenceJws: string | null): Promise<boolean> {
  if (payment.approval === null) return true;
  const { paymentId } = payment;
  const { split, businessDate } = orderOf(payment);
  const { chargedWon, cardFeeWon } = split;
  return isProven(ctx, evidenceJws ?? '', {
    ...{ kind: 'reversal', paymentId, cancelId: null, businessDate: payment.reversalDate ?? businessDate },
    split: { chargedWon, cardFeeWon },
  });
}
