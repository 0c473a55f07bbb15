import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { CancelId } from '@scanpay/shared/ids.ts';
import type { CancelOutcome } from '@scanpay/shared/wire/messages.ts';
import { makePaymentEntry } from '../../../core/settle/ledger.ts';
import { decideOnCancellation } from '../../../core/verify/payment-machine.ts';
import type { Cancel, Payment } from '../../../ports/operator-payment-store.ts';
import { askPeer } from '../ask-peer.ts';
import type { OperatorContext } from '../operator-context.ts';

/** Repeated at the PG until it is answered, across restarts. */
export function pursueCancel(ctx: OperatorContext, cancelId: CancelId): void {
  void ctx.undoings.run(cancelId, () => tryCancel(ctx, cancelId));
}

async function tryCancel(ctx: OperatorContext, cancelId: CancelId): Promise<boolean> {
  const cancel = await ctx.store.findCancel(cancelId);
  if (cancel === undefined || cancel.state !== 'cancelling') return true;
  const { paymentId } = cancel;
  const payment = await ctx.store.findPayment(paymentId);
  if (payment === undefined || payment.terms === null) throw new ScanPayError('internal', `${cancelId}: no payment`);
  const { businessDate, terms } = payment;
  const body = { cancelId, paymentId, amountWon: terms.split.chargedWon, businessDate };
  const word = await askPeer(ctx, () => ctx.pg.cancel(body), ctx.limits.inquiryDeadlineMs);
  const decision = decideOnCancellation(word);
  if (decision.do === 'again') {
    ctx.log.warn({ cancelId, paymentId }, 'not cancelled yet');
    return false;
  }
  const outcome: CancelOutcome =
    decision.do === 'cancel'
      ? { kind: 'cancelled', cancelledAtMs: decision.cancelledAtMs, businessDate }
      : { kind: 'declined', code: decision.code };
  return finish(ctx, cancel, payment, outcome);
}

async function finish(
  ctx: OperatorContext,
  cancel: Cancel,
  payment: Payment,
  outcome: CancelOutcome,
): Promise<boolean> {
  const { cancelId, paymentId, deviceId } = cancel;
  const resultJws = await ctx.post.sign(deviceId, { type: 'cancel.result', cancelId, paymentId, outcome });
  const entry = outcome.kind === 'cancelled' ? makeCancelEntry(cancel, payment, outcome.cancelledAtMs) : null;
  const isDone = await ctx.store.finishCancel(cancelId, resultJws, entry, ctx.scheduler.nowMs());
  if (isDone) ctx.post.send(deviceId, 'payment', resultJws);
  return true;
}

/** Mirrors the sale, on its own business date. */
function makeCancelEntry({ cancelId }: Cancel, payment: Payment, cancelledAtMs: number) {
  const { paymentId, merchantId, deviceId, tender, terms, businessDate } = payment;
  if (terms === null) throw new ScanPayError('internal', `${cancelId}: the payment has no terms`);
  const mirrored = { kind: 'cancel', paymentId, cancelId, merchantId, deviceId, tender, split: terms.split } as const;
  return makePaymentEntry('operator', { ...mirrored, atMs: cancelledAtMs, businessDate });
}
