import { businessDateAt } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { RefundedSoFar } from '@scanpay/shared/settlement/refund-limit.ts';
import type { CancelOutcome, PaymentCancel } from '@scanpay/shared/wire/messages.ts';
import { decideCancel } from '../../../core/verify/payment-machine.ts';
import type { Cancel } from '../../../ports/operator-payment-store.ts';
import type { OperatorContext } from '../operator-context.ts';
import { type Received, rejectReceived, untilSettled } from './answer-payment.ts';
import { pursueCancel } from './cancel.ts';

/** A cancel or refund, whole or in part; idempotent on the cancel id. */
export function takeCancel(ctx: OperatorContext, received: Received<PaymentCancel>): Promise<void> {
  const { message, device, jws } = received;
  const { cancelId, paymentId } = message;
  return untilSettled(paymentId, async () => {
    const known = await ctx.store.findCancel(cancelId);
    const payment = await ctx.store.findPayment(paymentId);
    const { refundWindowDays } = ctx.limits;
    const window = { today: businessDateAt(ctx.scheduler.nowMs()), refundWindowDays };
    const decision = decideCancel(payment, known, { message, deviceId: device.deviceId, jws }, window);
    switch (decision.do) {
      case 'begin':
        return begin(ctx, received, decision.refunded);
      case 'decline':
        return decline(ctx, received, decision.code);
      case 'reject':
        await rejectReceived(ctx, received, decision);
        return true;
      case 'repeat':
        if (known !== undefined && known.resultJws !== null) {
          ctx.post.send(device.deviceId, 'payment', known.resultJws);
        }
        return true;
      case 'wait':
        return true;
    }
  });
}

const toCancel = ({ message, jws }: Received<PaymentCancel>): Cancel => ({
  cancelId: message.cancelId,
  paymentId: message.paymentId,
  deviceId: message.deviceId,
  amountWon: message.amountWon,
  businessDate: null,
  requestJws: jws,
  state: 'cancelling',
  resultJws: null,
});

async function begin(
  ctx: OperatorContext,
  received: Received<PaymentCancel>,
  refunded: RefundedSoFar,
): Promise<boolean> {
  const nowMs = ctx.scheduler.nowMs();
  const isBegun = await ctx.store.beginCancel(toCancel(received), refunded, businessDateAt(nowMs), nowMs);
  if (isBegun) pursueCancel(ctx, received.message.cancelId);
  return isBegun;
}

async function decline(ctx: OperatorContext, received: Received<PaymentCancel>, code: ErrorCode): Promise<boolean> {
  const { cancelId, paymentId, deviceId } = received.message;
  const outcome: CancelOutcome = { kind: 'declined', code };
  const resultJws = await ctx.post.sign(deviceId, { type: 'cancel.result', cancelId, paymentId, outcome });
  const cancel = { ...toCancel(received), state: 'declined', resultJws } as const;
  const isAdded = await ctx.store.addDeclinedCancel(cancel, ctx.scheduler.nowMs());
  if (isAdded) ctx.post.send(deviceId, 'payment', resultJws);
  return isAdded;
}
