import { type ErrorCode, ScanPayError } from '@scanpay/shared/errors.ts';
import type { DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import type { PaymentOutcome, UpMessage } from '@scanpay/shared/wire/messages.ts';
import type { Answer } from '../../../core/verify/payment-machine.ts';
import type { Payment } from '../../../ports/operator-payment-store.ts';
import type { Device } from '../../../ports/operator-store.ts';
import type { OperatorContext } from '../operator-context.ts';
import { rejectMessage } from './reject-message.ts';

/** The messages that name a payment. */
export type PaymentMessage = Extract<UpMessage, { paymentId: PaymentId }>;

/** A message whose signature, schema and sender hold. */
export interface Received<M extends PaymentMessage = PaymentMessage> {
  device: Device;
  message: M;
  /** The signed message (compact JWS). */
  jws: string;
  /** What travelled beside it, not signed. */
  barcode: string | undefined;
}

/** A handler that finds its payment moved on reads it again; more than this often means that something is wrong. */
const maxReadings = 5;

/** Reads and decides until `step` says that it is through. */
export async function untilSettled(paymentId: PaymentId, step: () => Promise<boolean>): Promise<void> {
  for (let reading = 0; reading < maxReadings; reading++) {
    if (await step()) return;
  }
  throw new ScanPayError('internal', `${paymentId} does not hold still`);
}

/** The operator's word on a payment, signed. */
export function signResult(
  ctx: OperatorContext,
  payment: { deviceId: DeviceId; paymentId: PaymentId },
  outcome: PaymentOutcome,
): Promise<string> {
  return ctx.post.sign(payment.deviceId, { type: 'payment.result', paymentId: payment.paymentId, outcome });
}

export async function rejectReceived(
  ctx: OperatorContext,
  { device, message }: Received,
  rejection: { code: ErrorCode; detail: string },
): Promise<void> {
  const { messageId, paymentId } = message;
  await rejectMessage(ctx, device.deviceId, { ...rejection, messageId, paymentId });
}

/** Carries out a decision that changes nothing. */
export async function giveAnswer(
  ctx: OperatorContext,
  received: Received,
  payment: Payment | undefined,
  answer: Answer,
): Promise<void> {
  const { deviceId } = received.device;
  const { paymentId } = received.message;
  switch (answer.do) {
    case 'wait':
      return;
    case 'reject':
      return rejectReceived(ctx, received, answer);
    case 'answer':
      return ctx.post.send(deviceId, 'payment', await signResult(ctx, { deviceId, paymentId }, answer.outcome));
    case 'repeat': {
      const resultJws = payment?.resultJws ?? null;
      if (resultJws === null) throw new ScanPayError('internal', `${paymentId} is at rest without a result`);
      return ctx.post.send(deviceId, 'payment', resultJws);
    }
  }
}
