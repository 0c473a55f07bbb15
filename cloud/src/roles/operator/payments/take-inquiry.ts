import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { PaymentInquiry } from '@scanpay/shared/wire/messages.ts';
import { decideInquiry } from '../../../core/verify/payment-machine.ts';
import type { OperatorContext } from '../operator-context.ts';
import { giveAnswer, type Received } from './answer-payment.ts';

/** What became of this payment? Changes nothing. */
export async function takeInquiry(ctx: OperatorContext, received: Received<PaymentInquiry>): Promise<void> {
  const { message, device } = received;
  const payment = await ctx.store.findPayment(message.paymentId);
  const namesRequest = payment !== undefined && sha256Base64Url(payment.requestJws) === message.requestSha256;
  const decision = decideInquiry(payment, { deviceId: device.deviceId, namesRequest });
  await giveAnswer(ctx, received, payment, decision);
}
