import { accept, type Result } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import type {
  SettlementAccept,
  SettlementLines,
  SettlementLinesQuery,
} from '@scanpay/shared/settlement/line-messages.ts';
import type {
  SettlementAnswer,
  SettlementState,
  SettlementStatement,
} from '@scanpay/shared/settlement/statement-messages.ts';
import type { MessageRejected } from '@scanpay/shared/wire/messages.ts';
import type { Log } from '../../ports/log.ts';
import type { LineDesk } from './line-desk.ts';
import type { MerchantDesk } from './merchant-desk.ts';
import type { MerchantLink, StatementNews } from './settlement-deps.ts';

type WithoutHeader<M> = M extends unknown ? Omit<M, 'v' | 'messageId' | 'deviceId' | 'sentAtMs'> : never;
/** A message to a box but for its header, which the sender of messages adds as it signs. */
export type SettlementMessage = WithoutHeader<
  SettlementStatement | SettlementState | SettlementLines | MessageRejected
>;

/** What a box says about its statements. */
export type SettlementWord = SettlementAnswer | SettlementAccept | SettlementLinesQuery;

/** Signs and sends one message; resolves when the broker has it. */
export type SendToDevice = (deviceId: DeviceId, message: SettlementMessage) => Promise<void>;

/** Speaks to a merchant's box, parts in order. */
export function createMerchantLink(sendToDevice: SendToDevice): MerchantLink {
  return {
    async present(deviceId, parts) {
      for (const part of parts) await sendToDevice(deviceId, { type: 'settlement.statement', ...part });
    },
    tell: (deviceId, news) => sendToDevice(deviceId, { type: 'settlement.state', ...news }),
    tellLines: (deviceId, news) => sendToDevice(deviceId, { type: 'settlement.lines', ...news }),
  };
}

/**
 * What to do with a box's signed word on its statements: the box gets `settlement.state` or `settlement.lines`, or
 * `message.rejected` with the code. Never rejects: what could not be worked on is repeated by the box.
 */
export function createAnswerHandler(deps: {
  desk: MerchantDesk;
  lineDesk: Pick<LineDesk, 'takeAccept' | 'tellBox'>;
  sendToDevice: SendToDevice;
  log: Log;
}) {
  const { desk, lineDesk, sendToDevice, log } = deps;
  /** Undefined: all is said. */
  const take = async (
    deviceId: DeviceId,
    merchantId: MerchantId,
    word: SettlementWord,
    jws: string,
  ): Promise<Result<StatementNews | undefined>> => {
    switch (word.type) {
      case 'settlement.answer':
        return desk.answer({ deviceId, merchantId, answer: word, answerJws: jws });
      case 'settlement.accept': {
        const taken = await lineDesk.takeAccept({ deviceId, merchantId, accept: word, acceptJws: jws });
        return taken.ok ? accept(undefined) : taken;
      }
      case 'settlement.lines-query':
        await lineDesk.tellBox(deviceId, word.statementIds);
        return accept(undefined);
    }
  };
  return async (deviceId: DeviceId, merchantId: MerchantId, word: SettlementWord, jws: string): Promise<void> => {
    try {
      const result = await take(deviceId, merchantId, word, jws);
      if (result.ok) {
        if (result.value !== undefined) await sendToDevice(deviceId, { type: 'settlement.state', ...result.value });
        return;
      }
      const { code, detail } = result;
      log.warn({ deviceId, merchantId, type: word.type, code, detail }, 'word on a statement refused');
      const rejectedMessageId = word.messageId;
      await sendToDevice(deviceId, {
        type: 'message.rejected',
        code,
        detail: detail.slice(0, 200),
        rejectedMessageId,
        paymentId: null,
      });
    } catch (err) {
      log.warn({ err, deviceId, type: word.type }, 'word on a statement not worked on');
    }
  };
}
