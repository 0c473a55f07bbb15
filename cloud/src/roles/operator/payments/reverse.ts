import { type BusinessDate, businessDateAt } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { Split } from '@scanpay/shared/money.ts';
import type { StatedReversal } from '@scanpay/shared/settlement/stated-reversal.ts';
import type { PaymentOutcome } from '@scanpay/shared/wire/messages.ts';
import { makePaymentEntry } from '../../../core/settle/ledger.ts';
import { dateAfterClosed, decideOnReversal } from '../../../core/verify/payment-machine.ts';
import type { Payment } from '../../../ports/operator-payment-store.ts';
import { askPeer } from '../ask-peer.ts';
import type { OperatorContext } from '../operator-context.ts';
import { signResult } from './answer-payment.ts';
import { prove, provenReversal } from './pg-evidence.ts';
import { pinUndoingDate } from './pin-payout-date.ts';

/** 망취소: repeated at the PG until it is acknowledged, across restarts. */
export function pursueReversal(ctx: OperatorContext, paymentId: PaymentId): void {
  void ctx.undoings.run(paymentId, () => tryReverse(ctx, paymentId));
}

async function tryReverse(ctx: OperatorContext, paymentId: PaymentId): Promise<boolean> {
  const payment = await ctx.store.findPayment(paymentId);
  if (payment === undefined || payment.state !== 'reversing') return true;
  const { reversalDate } = payment;
  if (reversalDate === null) throw new ScanPayError('internal', `${paymentId}: the reversal has no date`);
  const body = { paymentId, businessDate: reversalDate };
  const said = await askPeer(ctx, () => ctx.pg.reverse(body), ctx.limits.inquiryDeadlineMs);
  const word = await provenReversal(ctx, payment, said);
  switch (decideOnReversal(word)) {
    case 'done':
      return finish(ctx, payment, word !== 'unknown' && word.ok ? word.value.evidenceJws : null);
    case 'move-date': {
      const nowMs = ctx.scheduler.nowMs();
      await ctx.store.moveReversal(paymentId, dateAfterClosed(reversalDate, businessDateAt(nowMs)), nowMs);
      return false;
    }
    case 'again':
      ctx.log.warn({ paymentId, code: word === 'unknown' || word.ok ? 'unknown' : word.code }, 'not reversed yet');
      return false;
  }
}

/** False: the terminal adopted the reversal meanwhile, so it ends otherwise; go round again. */
async function finish(ctx: OperatorContext, payment: Payment, peerJws: string | null): Promise<boolean> {
  const nowMs = ctx.scheduler.nowMs();
  const isAsked = payment.reversalCause === 'terminal';
  const undone = await findUndone(ctx, payment);
  const outcome: PaymentOutcome = isAsked
    ? { kind: 'reversed', ...tellStated(undone) }
    : { kind: 'declined', code: 'upstream_unavailable' };
  const resultJws = await signResult(ctx, payment, outcome);
  const end = isAsked
    ? ({ state: 'reversed', declineCode: null, resultJws } as const)
    : ({ state: 'declined', declineCode: 'upstream_unavailable', resultJws } as const);
  const booked = undone && makeReversalEntry(payment, undone, nowMs);
  const entry = booked && (await prove(ctx, booked, null, { peerJws, toldJws: resultJws }));
  const isDone = await ctx.store.finishReversal(payment, end, entry, nowMs);
  if (isDone) ctx.post.send(payment.deviceId, 'payment', resultJws);
  if (isDone) ctx.receiptSender.wake();
  return isDone;
}

/** A sale that was booked, and its reversal. */
interface Undone {
  split: Split;
  sale: { businessDate: BusinessDate; payoutDate: BusinessDate | null };
  reversal: { businessDate: BusinessDate; payoutDate: BusinessDate | null };
}

/** Null: there was no sale to be reversed. */
async function findUndone(ctx: OperatorContext, payment: Payment): Promise<Undone | null> {
  const { paymentId, terms, businessDate, reversalDate, booked } = payment;
  if (!booked || terms === null || reversalDate === null) return null;
  const salePayoutDate = await ctx.store.findSalePayoutDate(paymentId);
  const payoutDate = await pinUndoingDate(ctx, { ...payment, terms }, reversalDate);
  return {
    split: terms.split,
    sale: { businessDate, payoutDate: salePayoutDate },
    reversal: { businessDate: reversalDate, payoutDate },
  };
}

/** What two statements will say of it; nothing where sale and reversal are of one date, or there was no sale. */
function tellStated(undone: Undone | null): { stated?: StatedReversal } {
  if (undone === null || undone.reversal.businessDate === undone.sale.businessDate) return {};
  const { split, sale, reversal } = undone;
  return {
    stated: {
      ...{ split, saleDate: sale.businessDate, reversalDate: reversal.businessDate },
      ...(sale.payoutDate === null ? {} : { salePayoutDate: sale.payoutDate }),
      ...(reversal.payoutDate === null ? {} : { reversalPayoutDate: reversal.payoutDate }),
    },
  };
}

/** Mirrors the sale. */
function makeReversalEntry(payment: Payment, { split, reversal }: Undone, atMs: number) {
  const { paymentId, merchantId, deviceId, tender } = payment;
  const subject = { kind: 'reversal', paymentId, cancelId: null, merchantId, deviceId, tender, split } as const;
  return makePaymentEntry('operator', { ...subject, atMs, ...reversal });
}
