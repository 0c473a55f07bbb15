import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import type {
  MessageRejected,
  SettlementAnswer,
  SettlementState,
  SettlementStatement,
} from '@scanpay/shared/wire/messages.ts';
import type { Log } from '../../ports/log.ts';
import type { MerchantDesk } from './merchant-desk.ts';
import type { MerchantLink } from './settlement-deps.ts';

type WithoutHeader<M> = M extends unknown ? Omit<M, 'v' | 'messageId' | 'deviceId' | 'sentAtMs'> : never;
/** A message to a box but for its header, which the sender of messages adds as it signs. */
export type SettlementMessage = WithoutHeader<SettlementStatement | SettlementState | MessageRejected>;

/** Signs and sends one message; resolves when the broker has it. */
export type SendToDevice = (deviceId: DeviceId, message: SettlementMessage) => Promise<void>;

/** Speaks to a merchant's box, parts in order. */
export function createMerchantLink(sendToDevice: SendToDevice): MerchantLink {
  return {
    async present(deviceId, parts) {
      for (const part of parts) await sendToDevice(deviceId, { type: 'settlement.statement', ...part });
    },
    tell: (deviceId, news) => sendToDevice(deviceId, { type: 'settlement.state', ...news }),
  };
}

/**
 * What to do with a box's signed `settlement.answer`: the box gets `settlement.state`, or `message.rejected` with the
 * code. Never rejects: an answer that could not be worked on is repeated by the box.
 */
export function createAnswerHandler(deps: { desk: MerchantDesk; sendToDevice: SendToDevice; log: Log }) {
  const { desk, sendToDevice, log } = deps;
  return async (
    deviceId: DeviceId,
    merchantId: MerchantId,
    answer: SettlementAnswer,
    answerJws: string,
  ): Promise<void> => {
    try {
      const result = await desk.answer({ deviceId, merchantId, answer, answerJws });
      if (result.ok) {
        await sendToDevice(deviceId, { type: 'settlement.state', ...result.value });
        return;
      }
      const { code, detail } = result;
      log.warn(
        { deviceId, merchantId, statementId: answer.statementId, code, detail },
        'answer to a statement refused',
      );
      const rejectedMessageId = answer.messageId;
      await sendToDevice(deviceId, {
        type: 'message.rejected',
        code,
        detail: detail.slice(0, 200),
        rejectedMessageId,
        paymentId: null,
      });
    } catch (err) {
      log.warn({ err, deviceId, statementId: answer.statementId }, 'answer to a statement not worked on');
    }
  };
}
