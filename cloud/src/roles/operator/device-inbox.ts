import type { ReportedConfig } from '@scanpay/shared/fleet/config-messages.ts';
import type { DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import { createEnvelopeOpener, type OpenedMessage } from '@scanpay/shared/wire/envelope.ts';
import { type UpMessage, upMessageSchemas } from '@scanpay/shared/wire/messages.ts';
import type { UpMessage as Delivered } from '../../ports/device-link.ts';
import type { Device } from '../../ports/operator-store.ts';
import { findDeviceKey } from './find-device-key.ts';
import type { OperatorContext } from './operator-context.ts';
import type { PaymentMessage, Received } from './payments/answer-payment.ts';
import { type Rejection, rejectMessage } from './payments/reject-message.ts';
import { takeCancel } from './payments/take-cancel.ts';
import { takeConfirm } from './payments/take-confirm.ts';
import { takeInquiry } from './payments/take-inquiry.ts';
import { takeRequest } from './payments/take-request.ts';
import { takeReversal } from './payments/take-reversal.ts';

/**
 * Everything a box says passes here: a box that is enrolled, its own key, the schema, and its own name in topic and
 * message alike. What does not hold is answered with `message.rejected`. Resolves when what the message asks for is on
 * disk and under way, not when the PG has answered.
 */
export function createDeviceInbox(ctx: OperatorContext): (delivered: Delivered) => Promise<void> {
  const open = createEnvelopeOpener(upMessageSchemas);
  return async ({ deviceId, payload, retained }) => {
    const reject = (rejection: Partial<Rejection> & Pick<Rejection, 'code'>) =>
      rejectMessage(ctx, deviceId, { detail: '', messageId: null, paymentId: null, ...rejection });
    const device = await ctx.store.findDevice(deviceId);
    if (device === undefined) return reject({ code: 'device_unknown' });
    const opened = await open(payload, (kid) => findDeviceKey(device, kid, 'now'));
    if (!opened.ok) return reject({ ...opened.reason, paymentId: opened.reason.paymentId as PaymentId | null });
    const { message } = opened.value;
    if (message.deviceId !== deviceId) {
      const { messageId } = message;
      return reject({ code: 'device_mismatch', detail: '/deviceId: not the box of the topic', messageId });
    }
    await route(ctx, device, { ...opened.value, retained });
  };
}

type Opened = OpenedMessage<UpMessage> & { retained: boolean };

/** A box that does not take its configuration is an alarm until it takes one. */
function noteRejection({ alarms }: OperatorContext, { deviceId, rejected }: ReportedConfig): Promise<void> {
  if (rejected === null) return alarms.clear(deviceId, 'config-rejected');
  return alarms.raise(deviceId, 'config-rejected', `${rejected.configVersion} ${rejected.code} ${rejected.detail}`);
}

async function route(ctx: OperatorContext, device: Device, opened: Opened): Promise<void> {
  const { message, jws, retained } = opened;
  const { deviceId, merchantId } = device;
  switch (message.type) {
    case 'clock.query':
      return answerClock(ctx, deviceId, message.messageId);
    case 'keys.held':
      return ctx.onKeysHeld?.(deviceId, message.keysSha256);
    case 'terms.query':
      await ctx.receipts.sendKey(deviceId);
      return ctx.terms.send(deviceId, merchantId);
    case 'cash-receipt.query':
      return ctx.receipts.answer(deviceId, message.paymentIds);
    case 'settlement.answer':
    case 'settlement.accept':
    case 'settlement.lines-query':
      return ctx.onSettlementWord(deviceId, merchantId, message, jws);
    case 'config.reported':
      await ctx.fleet.takeReported(message);
      return noteRejection(ctx, message);
    case 'telemetry':
      return ctx.fleet.takeTelemetry(message);
    case 'release.report':
      return ctx.onReleaseReport(deviceId, message);
    case 'presence':
      await ctx.fleet.takePresence(message, retained);
      // A box that says so again and again is not sent everything each time.
      return message.online && ctx.births.take(deviceId) ? greet(ctx, device) : undefined;
    case 'command.result':
      return inTurn(ctx, deviceId, message, () => ctx.commands.takeResult(deviceId, message, jws));
    case 'command.attachment':
      return inTurn(ctx, deviceId, message, () => ctx.commands.takeAttachment(deviceId, message));
    case 'alarm.report':
      return inTurn(ctx, deviceId, message, () => ctx.alarms.takeReport(deviceId, message, jws));
    case 'payment.request':
    case 'payment.confirm':
    case 'payment.inquiry':
    case 'payment.reversal':
    case 'payment.cancel':
      return inLane(ctx, { device, message, jws, barcode: opened.barcode });
  }
}

async function answerClock(ctx: OperatorContext, deviceId: DeviceId, queryId: string): Promise<void> {
  const draft = { type: 'clock.answer', queryId, cloudTimeMs: ctx.scheduler.nowMs() } as const;
  ctx.post.send(deviceId, 'payment', await ctx.post.sign(deviceId, draft));
}

/** What waits for the box is sent to it. */
async function greet(ctx: OperatorContext, { deviceId, merchantId }: Device): Promise<void> {
  await ctx.alarms.boxOnline(deviceId);
  await ctx.commands.boxOnline(deviceId);
  await ctx.onBoxOnline(deviceId, merchantId);
}

/** What a box says of its commands and alarms, in its order; when too much waits it is dropped, for the box repeats it. */
async function inTurn(
  ctx: OperatorContext,
  deviceId: DeviceId,
  { messageId }: UpMessage,
  task: () => Promise<void>,
): Promise<void> {
  const taken = ctx.lanes.run(deviceId, task);
  if (taken !== undefined) return taken;
  await rejectMessage(ctx, deviceId, {
    code: 'rate_limited',
    detail: 'too many messages wait',
    messageId,
    paymentId: null,
  });
}

/** Messages about one payment one after the other; too many at once are turned away. */
async function inLane(ctx: OperatorContext, received: Received): Promise<void> {
  const { device, message } = received;
  const { messageId, paymentId } = message;
  const taken = ctx.lanes.run(paymentId, () => take(ctx, received));
  if (taken !== undefined) return taken;
  const rejection = { code: 'rate_limited', detail: 'too many messages wait', messageId, paymentId } as const;
  await rejectMessage(ctx, device.deviceId, rejection);
}

function take(ctx: OperatorContext, received: Received): Promise<void> {
  const { message } = received;
  const narrowed = <M extends PaymentMessage>(own: M): Received<M> => ({ ...received, message: own });
  switch (message.type) {
    case 'payment.request':
      return takeRequest(ctx, narrowed(message));
    case 'payment.confirm':
      return takeConfirm(ctx, narrowed(message));
    case 'payment.inquiry':
      return takeInquiry(ctx, narrowed(message));
    case 'payment.reversal':
      return takeReversal(ctx, narrowed(message));
    case 'payment.cancel':
      return takeCancel(ctx, narrowed(message));
  }
}
