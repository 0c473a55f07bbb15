import { businessDateAt } from '@scanpay/shared/clock.ts';
import type { PaymentRequest } from '@scanpay/shared/wire/messages.ts';
import { decideRequest } from '../../../core/verify/payment-machine.ts';
import type { PaymentBasis } from '../../../ports/operator-payment-store.ts';
import type { OperatorContext } from '../operator-context.ts';
import { giveAnswer, type Received, rejectReceived, signResult, untilSettled } from './answer-payment.ts';
import { authorise } from './authorise.ts';
import { bookRedemption } from './book-redemption.ts';
import { checkAccompanying } from './read-coupon.ts';
import { type Verified, verifyPayment, verifyRedemption } from './verify-payment.ts';

/** S08: a request from a box. Two commits for a payment that goes well: this one's, and the PG's answer's. */
export function takeRequest(ctx: OperatorContext, received: Received<PaymentRequest>): Promise<void> {
  const { message, device, jws } = received;
  return untilSettled(message.paymentId, async () => {
    const payment = await ctx.store.findPayment(message.paymentId);
    const decision = decideRequest(payment, device.deviceId, jws);
    if (decision.do === 'verify') return takeNew(ctx, received);
    await giveAnswer(ctx, received, payment, decision);
    return true;
  });
}

/** False: somebody else was faster, read again. */
async function takeNew(ctx: OperatorContext, received: Received<PaymentRequest>): Promise<boolean> {
  const { message, jws } = received;
  const refusal = whyNotTaken(ctx, received);
  if (refusal !== undefined) {
    await rejectReceived(ctx, received, refusal);
    return true;
  }
  const accompanying = checkAccompanying(message.coupon, received.barcode);
  if (!accompanying.ok) {
    await rejectReceived(ctx, received, accompanying);
    return true;
  }
  const { offline } = message;
  const receipt = ctx.receipts.check(message);
  // Cash that was taken offline stays taken: its receipt fails, and the staff sees it.
  if (!receipt.ok && (receipt.code === 'invalid_input' || offline === undefined)) {
    return answerNew(ctx, received, { outcome: { kind: 'declined', code: receipt.code }, couponId: null });
  }
  const verified = await (offline === undefined
    ? verifyPayment(ctx, message, accompanying.barcode, null)
    : verifyRedemption(ctx, { ...message, offline }, accompanying.barcode));
  const nowMs = ctx.scheduler.nowMs();
  if (verified.kind === 'accept') {
    const { terms, coupon, businessDate, cardBox } = verified;
    const basis = makeBasis(message, jws, coupon.couponId);
    const accepted = await ctx.store.acceptRequest(basis, terms, businessDate, nowMs);
    if (accepted.kind !== 'accepted') return false;
    const payment = { ...basis, terms, businessDate };
    if (offline !== undefined) bookRedemption(ctx, payment);
    else authorise(ctx, payment, { registrationId: coupon.registrationId, expiresAtMs: message.expiresAtMs, cardBox });
    return true;
  }
  return answerNew(ctx, received, verified);
}

/** A request that leads to no charge, or not yet. */
async function answerNew(
  ctx: OperatorContext,
  { message, device, jws }: Received<PaymentRequest>,
  { outcome, couponId }: Pick<Extract<Verified, { kind: 'answer' }>, 'outcome' | 'couponId'>,
): Promise<boolean> {
  const nowMs = ctx.scheduler.nowMs();
  const resultJws = await signResult(ctx, message, outcome);
  const declineCode = outcome.kind === 'declined' ? outcome.code : null;
  const today = businessDateAt(message.offline?.redeemedAtMs ?? nowMs);
  const answered = { state: outcome.kind, resultJws, declineCode, reversalJws: null };
  const isAdded = await ctx.store.addUncharged({ ...makeBasis(message, jws, couponId), ...answered }, today, nowMs);
  if (isAdded) ctx.post.send(device.deviceId, 'payment', resultJws);
  return isAdded;
}

function whyNotTaken(ctx: OperatorContext, { message, device }: Received<PaymentRequest>) {
  if (message.merchantId !== device.merchantId) {
    return { code: 'device_mismatch', detail: '/merchantId: not the merchant of this box' } as const;
  }
  if (ctx.authorisations.size() + ctx.undoings.size() >= ctx.limits.maxUnresolved) {
    return { code: 'rate_limited', detail: 'too many payments wait for the PG' } as const;
  }
  return undefined;
}

export function makeBasis(
  request: PaymentRequest,
  requestJws: string,
  couponId: PaymentBasis['couponId'],
): PaymentBasis {
  const { paymentId, deviceId, merchantId, tender, listAmountWon } = request;
  return { paymentId, deviceId, merchantId, tender, listAmountWon, requestJws, couponId };
}
