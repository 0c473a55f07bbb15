import { businessDateAt } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { messageTyp, verifyJws } from '@scanpay/shared/wire/envelope.ts';
import { type PaymentRequest, PaymentRequestSchema, type PaymentReversal } from '@scanpay/shared/wire/messages.ts';
import { decideReversal } from '../../../core/verify/payment-machine.ts';
import { findDeviceKey } from '../find-device-key.ts';
import type { OperatorContext } from '../operator-context.ts';
import { giveAnswer, type Received, rejectReceived, signResult, untilSettled } from './answer-payment.ts';
import { pursueReversal } from './reverse.ts';
import { makeBasis } from './take-request.ts';

const parseRequest = createParser(PaymentRequestSchema);

/** 망취소 by the terminal: whatever the request's fate, there is no charge in the end. */
export async function takeReversal(ctx: OperatorContext, received: Received<PaymentReversal>): Promise<void> {
  const { message, device, jws } = received;
  const request = await openRequest(received);
  if (!request.ok) return rejectReceived(ctx, received, request);
  const { paymentId, requestJws } = message;
  return untilSettled(paymentId, async () => {
    const payment = await ctx.store.findPayment(paymentId);
    const decision = decideReversal(payment, device.deviceId, requestJws);
    const nowMs = ctx.scheduler.nowMs();
    switch (decision.do) {
      case 'leave-tombstone':
        return leaveTombstone(ctx, received, request.value);
      case 'reverse-uncharged': {
        const resultJws = await signResult(ctx, message, { kind: 'reversed' });
        const isDone = await ctx.store.reverseUncharged(paymentId, decision.from, jws, resultJws, nowMs);
        if (isDone) ctx.post.send(device.deviceId, 'payment', resultJws);
        return isDone;
      }
      case 'begin-reversal':
        if (!(await ctx.store.beginReversal(paymentId, decision.from, jws, businessDateAt(nowMs), nowMs))) {
          return false;
        }
        pursueReversal(ctx, paymentId);
        return true;
      case 'adopt-reversal':
        if (!(await ctx.store.adoptReversal(paymentId, jws, nowMs))) return false;
        pursueReversal(ctx, paymentId);
        return true;
      case 'wait':
      case 'repeat':
      case 'answer':
      case 'reject':
        await giveAnswer(ctx, received, payment, decision);
        return true;
    }
  });
}

/** The original request inside: signed by this box, with a key it has or had, and about this payment. */
async function openRequest({ message, device }: Received<PaymentReversal>): Promise<Result<PaymentRequest>> {
  const verified = await verifyJws(message.requestJws, (kid) => findDeviceKey(device, kid, 'ever'), messageTyp);
  if (!verified.ok) return refuse(verified.code, `/requestJws: ${verified.detail}`);
  const request = parseRequest(verified.value.payload);
  if (!request.ok) return refuse(request.code, `/requestJws${request.detail}`);
  if (request.value.deviceId !== device.deviceId) return refuse('device_mismatch', '/requestJws: of another box');
  if (request.value.paymentId !== message.paymentId) {
    return refuse('payment_id_conflict', '/requestJws: of another payment');
  }
  return accept(request.value);
}

/** A payment that was never seen: its request, should it still come, finds this and is declined. */
async function leaveTombstone(
  ctx: OperatorContext,
  { message, device, jws }: Received<PaymentReversal>,
  request: PaymentRequest,
): Promise<boolean> {
  const resultJws = await signResult(ctx, message, { kind: 'reversed' });
  const nowMs = ctx.scheduler.nowMs();
  const basis = makeBasis(request, message.requestJws, null);
  const tombstone = { ...basis, state: 'reversed', resultJws, declineCode: null, reversalJws: jws } as const;
  const isAdded = await ctx.store.addUncharged(tombstone, businessDateAt(nowMs), nowMs);
  if (isAdded) ctx.post.send(device.deviceId, 'payment', resultJws);
  return isAdded;
}
