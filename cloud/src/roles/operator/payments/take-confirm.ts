import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { PaymentConfirm, PaymentRequest, PaymentResult } from '@scanpay/shared/wire/messages.ts';
import { decideConfirm } from '../../../core/verify/payment-machine.ts';
import type { Confirmation } from '../../../core/verify/verify-request.ts';
import type { Payment } from '../../../ports/operator-payment-store.ts';
import type { OperatorContext } from '../operator-context.ts';
import { giveAnswer, type Received, rejectReceived, signResult, untilSettled } from './answer-payment.ts';
import { authorise } from './authorise.ts';
import { checkAccompanying } from './read-coupon.ts';
import { readStoredPayload } from './read-stored-payload.ts';
import { verifyPayment } from './verify-payment.ts';

/** S09: the clerk confirmed what was asked. Verified anew, for the coupon may have changed meanwhile. */
export function takeConfirm(ctx: OperatorContext, received: Received<PaymentConfirm>): Promise<void> {
  const { message, device, jws } = received;
  return untilSettled(message.paymentId, async () => {
    const payment = await ctx.store.findPayment(message.paymentId);
    const namesRequest = payment !== undefined && sha256Base64Url(payment.requestJws) === message.requestSha256;
    const decision = decideConfirm(payment, { deviceId: device.deviceId, jws, namesRequest });
    if (decision.do === 'verify' && payment !== undefined) return takeAnswered(ctx, received, payment);
    if (decision.do !== 'verify') await giveAnswer(ctx, received, payment, decision);
    return true;
  });
}

function toConfirmation(payment: Payment, { confirmed, expiresAtMs }: PaymentConfirm): Confirmation {
  const { outcome } = readStoredPayload<PaymentResult>(payment.resultJws);
  const asked = outcome.kind === 'recheck' ? outcome.fields.map((field) => field.name) : [];
  return { confirmed, asked, expiresAtMs };
}

/** False: somebody else was faster, read again. */
async function takeAnswered(
  ctx: OperatorContext,
  received: Received<PaymentConfirm>,
  payment: Payment,
): Promise<boolean> {
  const { message, device, jws } = received;
  const { paymentId } = payment;
  const request = readStoredPayload<PaymentRequest>(payment.requestJws);
  const accompanying = checkAccompanying(request.coupon, received.barcode);
  if (!accompanying.ok) {
    await rejectReceived(ctx, received, accompanying);
    return true;
  }
  const confirmation = toConfirmation(payment, message);
  const verified = await verifyPayment(ctx, request, accompanying.barcode, confirmation);
  const nowMs = ctx.scheduler.nowMs();
  if (verified.kind === 'accept') {
    const { terms, coupon, businessDate, cardBox } = verified;
    const accepted = await ctx.store.acceptConfirm(payment, jws, terms, businessDate, nowMs);
    if (accepted.kind !== 'accepted') return false;
    const confirmed = { ...payment, terms, businessDate };
    authorise(ctx, confirmed, { registrationId: coupon.registrationId, expiresAtMs: message.expiresAtMs, cardBox });
    return true;
  }
  const { outcome } = verified;
  const code = outcome.kind === 'declined' ? outcome.code : 'recheck_refused';
  const resultJws = await signResult(ctx, payment, { kind: 'declined', code });
  const isDeclined = await ctx.store.declineConfirm(paymentId, jws, code, resultJws, nowMs);
  if (isDeclined) ctx.post.send(device.deviceId, 'payment', resultJws);
  return isDeclined;
}
