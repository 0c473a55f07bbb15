import type { ReversalBody, ReversalReply } from '@scanpay/shared/api/pg.ts';
import { accept, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import { makeTombstone, stepPayment } from '../../core/approve/pg-payment.ts';
import type { PgPayment } from '../../ports/pg-store.ts';
import { withinDeadline } from '../common/deadline.ts';
import type { PgContext } from './pg-context.ts';
import { proveStep } from './prove-step.ts';
import { readPayment, resolvePayment } from './settle-payment.ts';

const maxOvertaken = 8;
const nothing = { entry: null, openDate: null };

/**
 * 망취소: makes it so that the payment never happened. Accepted only when no charge is left at the card company either.
 * Refuses with `payment_state` for a payment that is being cancelled or of which anything was given back, and with `date_closed`
 * when this company or the card company has closed the given date: ask again with a later one.
 * @throws ScanPayError `upstream_unavailable` while the card company has not acknowledged it; it is tried on.
 */
export async function reverse(ctx: PgContext, body: ReversalBody): Promise<Result<ReversalReply>> {
  const undone = await undo(ctx, body);
  if (!undone.ok) return undone;
  const { paymentId } = body;
  const evidenceJws = await ctx.store.findEvidence({ kind: 'reversal', paymentId, cancelId: null });
  return accept({ outcome: 'reversed', evidenceJws: evidenceJws ?? null });
}

async function undo(ctx: PgContext, body: ReversalBody): Promise<Result<void>> {
  const payment = await askReversal(ctx, body);
  if (payment === 'cancelled') return refuse('payment_state', 'the payment was cancelled');
  if (payment.state === 'reversed') return accept(undefined);
  const isTried = await withinDeadline(ctx.scheduler, resolvePayment(ctx, body.paymentId), ctx.config.undoReplyMs);
  const latest = await readPayment(ctx, body.paymentId);
  if (latest.state === 'reversed') return accept(undefined);
  if (isTried === true) return refuse('date_closed', 'at the card company');
  throw new ScanPayError('upstream_unavailable', 'the card company has not acknowledged the reversal yet');
}

/** Writes that the payment is to be reversed; a payment never seen becomes a tombstone. */
async function askReversal(
  ctx: PgContext,
  { paymentId, businessDate }: ReversalBody,
): Promise<PgPayment | 'cancelled'> {
  const { store, scheduler } = ctx;
  for (let round = 0; round < maxOvertaken; round += 1) {
    const atMs = scheduler.nowMs();
    const payment = await store.findPayment(paymentId);
    if (payment === undefined) {
      const tombstone = makeTombstone(paymentId);
      if (await store.addPayment(tombstone, nothing, atMs)) return tombstone;
      continue;
    }
    if (payment.cancelId !== null || payment.refunded.refundCount > 0) return 'cancelled';
    const step = stepPayment(payment, { kind: 'reversal-asked', businessDate, atMs });
    if (step === undefined) return payment;
    if (await store.savePayment(step.payment, await proveStep(ctx, step, null), atMs)) return step.payment;
  }
  throw new ScanPayError('internal', `payment ${paymentId} keeps changing`);
}
