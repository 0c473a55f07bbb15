import { businessDateAt } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { CancelId } from '@scanpay/shared/ids.ts';
import { splitRefund } from '@scanpay/shared/money.ts';
import { addRefund } from '@scanpay/shared/settlement/refund-limit.ts';
import { splitRefundTax, type TaxedAmount } from '@scanpay/shared/tax/tax.ts';
import type { CancelOutcome } from '@scanpay/shared/wire/messages.ts';
import { makePaymentEntry } from '../../../core/settle/ledger.ts';
import { dateAfterClosed, decideOnCancellation } from '../../../core/verify/payment-machine.ts';
import type { Cancel, Payment, PaymentTerms } from '../../../ports/operator-payment-store.ts';
import { askPeer } from '../ask-peer.ts';
import type { OperatorContext } from '../operator-context.ts';
import { prove, provenCancellation } from './pg-evidence.ts';
import { pinUndoingDate } from './pin-payout-date.ts';

/** Repeated at the PG until it is answered, across restarts. */
export function pursueCancel(ctx: OperatorContext, cancelId: CancelId): void {
  void ctx.undoings.run(cancelId, () => tryCancel(ctx, cancelId));
}

async function tryCancel(ctx: OperatorContext, cancelId: CancelId): Promise<boolean> {
  const cancel = await ctx.store.findCancel(cancelId);
  if (cancel === undefined || cancel.state !== 'cancelling') return true;
  const { paymentId, amountWon, businessDate } = cancel;
  const payment = await ctx.store.findPayment(paymentId);
  if (payment === undefined || businessDate === null) {
    throw new ScanPayError('internal', `${cancelId}: no payment, or no date`);
  }
  const body = { cancelId, paymentId, amountWon, businessDate };
  const said = await askPeer(ctx, () => ctx.pg.cancel(body), ctx.limits.inquiryDeadlineMs);
  const word = await provenCancellation(ctx, cancel, payment, said);
  const decision = decideOnCancellation(word);
  switch (decision.do) {
    case 'again':
      ctx.log.warn({ cancelId, paymentId }, 'not cancelled yet');
      return false;
    case 'move-date': {
      const nowMs = ctx.scheduler.nowMs();
      await ctx.store.moveCancel(cancelId, dateAfterClosed(businessDate, businessDateAt(nowMs)), nowMs);
      return false;
    }
    case 'decline':
      return finish(ctx, cancel, payment, { outcome: { kind: 'declined', code: decision.code }, peerJws: null });
    case 'cancel': {
      const { cancelledAtMs, evidenceJws: peerJws } = decision;
      const payoutDate = await pinUndoingDate(ctx, withTerms(payment), businessDate);
      const paid = payoutDate === null ? {} : { payoutDate };
      const tax = refundTaxOf(cancel, payment);
      const outcome = { kind: 'cancelled', cancelledAtMs, businessDate, ...paid, tax } as const;
      return finish(ctx, cancel, payment, { outcome, peerJws });
    }
  }
}

async function finish(
  ctx: OperatorContext,
  cancel: Cancel,
  payment: Payment,
  { outcome, peerJws }: { outcome: CancelOutcome; peerJws: string | null },
): Promise<boolean> {
  const { cancelId, paymentId, deviceId } = cancel;
  const resultJws = await ctx.post.sign(deviceId, { type: 'cancel.result', cancelId, paymentId, outcome });
  const booked = outcome.kind === 'cancelled' ? makeCancelEntry(cancel, payment, outcome) : null;
  const entry = booked && (await prove(ctx, booked, null, { peerJws, toldJws: resultJws }));
  const refunded = addRefund(payment.refunded, cancel.amountWon);
  const end = entry && { entry, refunded, tax: refundTaxOf(cancel, payment) };
  const isDone = await ctx.store.finishCancel(cancel, resultJws, end, ctx.scheduler.nowMs());
  if (isDone) ctx.post.send(deviceId, 'payment', resultJws);
  if (isDone) ctx.receiptSender.wake();
  return true;
}

/** The refund's own part of what the sale's slip says. */
function refundTaxOf({ cancelId, amountWon }: Cancel, { terms, refunded }: Payment): TaxedAmount {
  if (terms === null) throw new ScanPayError('internal', `${cancelId}: the payment has no terms`);
  return splitRefundTax(terms.tax, refunded.refundedWon, amountWon);
}

/** The refund's own part of the sale's split, on the refund's own business date. */
function makeCancelEntry(
  { cancelId, amountWon }: Cancel,
  payment: Payment,
  { cancelledAtMs, businessDate, ...paid }: Extract<CancelOutcome, { kind: 'cancelled' }>,
) {
  const { paymentId, merchantId, deviceId, tender, terms, refunded } = withTerms(payment);
  const payoutDate = paid.payoutDate ?? null;
  const split = splitRefund(terms.split, refunded.refundedWon, amountWon);
  const subject = { kind: 'cancel', paymentId, cancelId, merchantId, deviceId, tender, split } as const;
  return makePaymentEntry('operator', { ...subject, atMs: cancelledAtMs, businessDate, payoutDate });
}

function withTerms(payment: Payment): Payment & { terms: PaymentTerms } {
  const { paymentId, terms } = payment;
  if (terms === null) throw new ScanPayError('internal', `${paymentId} has no terms`);
  return { ...payment, terms };
}
