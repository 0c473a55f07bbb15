import type { ApprovalBody, ApprovalReply } from '@scanpay/shared/api/pg.ts';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { type ErrorCode, ScanPayError } from '@scanpay/shared/errors.ts';
import { makePaymentEntry } from '../../../core/settle/ledger.ts';
import { decideOnApproval, decideOnInquiry, type PgDecision } from '../../../core/verify/payment-machine.ts';
import type { Payment, PaymentTerms } from '../../../ports/operator-payment-store.ts';
import { askPeer } from '../ask-peer.ts';
import type { OperatorContext } from '../operator-context.ts';
import { signResult } from './answer-payment.ts';
import { prove, provenApproval } from './pg-evidence.ts';
import { pinPayoutDate } from './pin-payout-date.ts';
import { pursueReversal } from './reverse.ts';

/** What is needed of an accepted payment to bring it to its end. */
export type Accepted = Pick<
  Payment,
  'requestJws' | 'paymentId' | 'deviceId' | 'merchantId' | 'tender' | 'listAmountWon' | 'couponId' | 'businessDate'
> & { terms: PaymentTerms };

/** What only the first call to the PG needs; it is in memory and nowhere else, the card box above all. */
export type FirstCall = Pick<ApprovalBody, 'registrationId' | 'expiresAtMs' | 'cardBox'>;

/**
 * S10: brings a payment in `authorising` to its end, across failures. After a restart there is no first call any more:
 * whether the PG ever got it is asked, and what stays unclear is reversed.
 */
export function authorise(ctx: OperatorContext, payment: Accepted, first: FirstCall | null): void {
  let inquiries = 0;
  let call = first;
  const attempt = async (): Promise<boolean> => {
    let decision: PgDecision = { do: 'inquire' };
    if (call !== null) {
      const body = makeApprovalBody(ctx, payment, call);
      call = null;
      if (ctx.scheduler.nowMs() >= body.expiresAtMs) return decline(ctx, payment, 'message_stale');
      const { approvalDeadlineMs } = ctx.limits;
      const word = await askPeer(ctx, () => ctx.pg.approve(body), approvalDeadlineMs);
      decision = decideOnApproval(await provenApproval(ctx, payment, word));
    }
    if (decision.do === 'inquire') {
      inquiries += 1;
      const word = await askPeer(ctx, () => ctx.pg.inquire(payment.paymentId), ctx.limits.inquiryDeadlineMs);
      decision = decideOnInquiry(await provenApproval(ctx, payment, word), inquiries >= ctx.limits.maxInquiries);
    }
    return carryOut(ctx, payment, decision);
  };
  // A failure ends in the log, and in the next attempt.
  void ctx.authorisations.run(payment.paymentId, attempt);
}

export function makeApprovalBody(ctx: OperatorContext, payment: Accepted, call: FirstCall): ApprovalBody {
  const { paymentId, couponId, merchantId, tender, businessDate, terms } = payment;
  const merchant = ctx.merchants.find(merchantId);
  if (merchant === undefined || couponId === null) throw new ScanPayError('internal', `${paymentId} has no merchant`);
  const { split, offerId } = terms;
  const sale = { merchantId, merchantName: merchant.name, offerId, tender, split, businessDate };
  return { paymentId, couponId, ...sale, ...call };
}

/** True: the payment is out of `authorising`, by this hand or another. */
async function carryOut(ctx: OperatorContext, payment: Accepted, decision: PgDecision): Promise<boolean> {
  switch (decision.do) {
    case 'inquire':
      return false;
    case 'approve':
      return approve(ctx, payment, decision.reply);
    case 'decline':
      return decline(ctx, payment, decision.code);
    case 'reverse': {
      const nowMs = ctx.scheduler.nowMs();
      const { paymentId } = payment;
      await ctx.store.beginReversal(paymentId, 'authorising', null, businessDateAt(nowMs), nowMs);
      pursueReversal(ctx, paymentId);
      return true;
    }
  }
}

export async function approve(
  ctx: OperatorContext,
  payment: Accepted,
  reply: Extract<ApprovalReply, { outcome: 'approved' }>,
): Promise<boolean> {
  const { paymentId, deviceId, merchantId, tender, listAmountWon, businessDate, terms } = payment;
  const { approvalNumber, approvedAtMs, cardLast4, evidenceJws: peerJws } = reply;
  const given = { approvalNumber, approvedAtMs, cardLast4 };
  const { contractDigest, scheduleVersion: _, ...agreed } = terms;
  const pinned = contractDigest === null ? {} : { contractDigest };
  const cashReceipt = terms.split.chargedWon === 0 ? null : ctx.receipts.noteOf(payment);
  const issuing = cashReceipt === null ? {} : { cashReceipt };
  const payoutDate = await pinPayoutDate(ctx, payment, businessDate);
  const dates = { businessDate, payoutDate };
  const approval = { ...given, ...agreed, ...pinned, ...issuing, ...dates, tender, listAmountWon };
  const resultJws = await signResult(ctx, payment, { kind: 'approved', approval });
  const sale = { kind: 'sale', paymentId, cancelId: null, merchantId, deviceId, tender, split: terms.split } as const;
  const booked = makePaymentEntry('operator', { ...sale, atMs: approvedAtMs, ...dates });
  const { offerId, contractVersion } = terms;
  const basis = { approvalNumber, cardLast4, couponId: payment.couponId, offerId, contractVersion };
  const entry = await prove(ctx, booked, basis, { peerJws, toldJws: resultJws });
  const isDone = await ctx.store.approve(paymentId, given, resultJws, entry, ctx.scheduler.nowMs(), cashReceipt);
  if (isDone) ctx.post.send(deviceId, 'payment', resultJws);
  if (isDone && cashReceipt !== null) ctx.receiptSender.wake();
  return true;
}

export async function decline(ctx: OperatorContext, payment: Accepted, code: ErrorCode): Promise<boolean> {
  const { paymentId, deviceId } = payment;
  const resultJws = await signResult(ctx, payment, { kind: 'declined', code });
  const isDone = await ctx.store.decline(paymentId, code, resultJws, ctx.scheduler.nowMs());
  if (isDone) ctx.post.send(deviceId, 'payment', resultJws);
  return true;
}
