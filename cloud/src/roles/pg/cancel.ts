import type { CancellationBody, CancellationReply } from '@scanpay/shared/api/pg.ts';
import { accept, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { CancelId } from '@scanpay/shared/ids.ts';
import { beginCancel, endCancel, toCancellationReply } from '../../core/approve/pg-cancel.ts';
import type { Unproved } from '../../core/audit/unproved.ts';
import type { PgCancel } from '../../ports/pg-store.ts';
import { withinDeadline } from '../common/deadline.ts';
import { isProven } from './ask-card.ts';
import type { PgContext } from './pg-context.ts';
import { proveUndoing } from './prove-step.ts';
import { readPayment } from './settle-payment.ts';

const maxOvertaken = 8;

/**
 * Gives an approved payment back, whole or in part. Idempotent on the cancel id; another body under it is `payment_id_conflict`.
 * Unlike a payment, a cancel without an answer is never reversed: it is asked again until it is clear.
 * @throws ScanPayError `upstream_unavailable` while the card company has not answered; `date_closed`.
 */
export async function cancel(ctx: PgContext, body: CancellationBody): Promise<Result<CancellationReply>> {
  const begun = await begin(ctx, body);
  if (!isSame(begun, body)) return refuse('payment_id_conflict', 'the cancel id was used with other data');
  const known = await toReply(ctx, begun);
  if (known !== undefined) return accept(known);
  await withinDeadline(ctx.scheduler, resolveCancel(ctx, body.cancelId), ctx.config.undoReplyMs);
  const latest = await ctx.store.findCancel(body.cancelId);
  const reply = latest && (await toReply(ctx, latest));
  if (reply === undefined) throw new ScanPayError('upstream_unavailable', 'the card company has not answered yet');
  return accept(reply);
}

/** @throws ScanPayError `internal` when nothing was kept of a cancel that is done. */
async function toReply(ctx: PgContext, cancel: PgCancel): Promise<CancellationReply | undefined> {
  const reply = toCancellationReply(cancel);
  if (reply?.outcome !== 'cancelled') return reply;
  const { paymentId, cancelId } = cancel;
  const evidenceJws = await ctx.store.findEvidence({ kind: 'cancel', paymentId, cancelId });
  if (evidenceJws === undefined) throw new ScanPayError('internal', `${cancelId}: no evidence is kept`);
  return { ...reply, evidenceJws };
}

/** Asks the card company until the cancel is clear. Resolves with false when stopped before. */
export function resolveCancel(ctx: PgContext, cancelId: CancelId): Promise<boolean> {
  return ctx.resolutions.run(cancelId, () => tryToResolve(ctx, cancelId));
}

/** The cancel as it is on disk: the one that was there, or the one just begun. */
async function begin(ctx: PgContext, body: CancellationBody): Promise<PgCancel> {
  const { store, scheduler } = ctx;
  for (let round = 0; round < maxOvertaken; round += 1) {
    const known = await store.findCancel(body.cancelId);
    if (known !== undefined) return known;
    const nowMs = scheduler.nowMs();
    const step = beginCancel(await store.findPayment(body.paymentId), body, nowMs);
    const booking = await proveUndoing(ctx, step.booking, null);
    if (await store.addCancel(step.cancel, step.payment, booking, nowMs)) return step.cancel;
  }
  throw new ScanPayError('internal', `payment ${body.paymentId} keeps changing`);
}

function isSame(known: PgCancel, body: CancellationBody): boolean {
  const { paymentId, amountWon, businessDate } = body;
  return known.paymentId === paymentId && known.amountWon === amountWon && known.businessDate === businessDate;
}

async function tryToResolve(ctx: PgContext, cancelId: CancelId): Promise<boolean> {
  const { store, card, scheduler } = ctx;
  const begun = await store.findCancel(cancelId);
  if (begun?.state !== 'cancelling') return true;
  const { paymentId, amountWon, businessDate } = begun;
  const answer = await card.cancel({ cancelId, paymentId, amountWon, businessDate });
  if (!answer.ok && answer.code === 'rate_limited') return false;
  const outcome: Unproved<CancellationReply> = answer.ok ? answer.value : { outcome: 'declined', code: answer.code };
  const payment = await readPayment(ctx, paymentId);
  const step = endCancel(begun, payment, outcome);
  const peerJws = answer.ok && answer.value.outcome === 'cancelled' ? answer.value.evidenceJws : null;
  const { entry } = step.booking;
  if (entry !== null) {
    const { chargedWon, cardFeeWon } = entry.split;
    const { kind, atMs } = entry;
    const expected = { kind, paymentId, cancelId, businessDate, atMs, split: { chargedWon, cardFeeWon } };
    if (!(await isProven(ctx, peerJws ?? '', expected))) return false;
  }
  const booking = await proveUndoing(ctx, step.booking, peerJws);
  await store.finishCancel(step.cancel, step.payment, booking, scheduler.nowMs());
  return true;
}
