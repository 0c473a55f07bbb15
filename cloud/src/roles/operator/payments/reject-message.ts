import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import type { OperatorContext } from '../operator-context.ts';

/** What a box is told of a message that could not be used. */
export interface Rejection {
  code: ErrorCode;
  detail: string;
  messageId: string | null;
  paymentId: PaymentId | null;
}

/** Longest detail the wire takes. */
const maxDetailLength = 200;

/** Answers with `message.rejected`, up to the box's budget: a box gone wild is not answered for ever. */
export async function rejectMessage(ctx: OperatorContext, deviceId: DeviceId, rejection: Rejection): Promise<void> {
  const { code, messageId, paymentId } = rejection;
  ctx.log.warn({ deviceId, code, detail: rejection.detail, messageId, paymentId }, 'message of a box rejected');
  if (!ctx.rejections.take(deviceId)) return;
  const detail = rejection.detail.slice(0, maxDetailLength);
  const draft = { type: 'message.rejected', code, detail, rejectedMessageId: messageId, paymentId } as const;
  ctx.post.send(deviceId, 'rejected', await ctx.post.sign(deviceId, draft));
}
