import { accept, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId, StatementId } from '@scanpay/shared/ids.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { SettlementAnswer } from '@scanpay/shared/settlement/statement-messages.ts';
import { downMessageSchemas } from '@scanpay/shared/wire/messages.ts';
import { describe, expect, it } from 'vitest';
import type { MerchantDesk } from './merchant-desk.ts';
import { createAnswerHandler, createMerchantLink, type SettlementMessage } from './merchant-link.ts';

const shop = 'm-1' as MerchantId;
const till = 'box-till' as DeviceId;
const statementId = '019ab0c2-0000-7000-8000-000000000001' as StatementId;
const header = { v: 1 as const, messageId: '019ab0c3-0000-7000-8000-000000000001', deviceId: till, sentAtMs: 1 };
const answer: SettlementAnswer = {
  ...header,
  type: 'settlement.answer',
  statementId,
  statementSha256: 'A'.repeat(43),
  answer: 'approved',
  faults: [],
};

function setUp(answerOf: MerchantDesk['answer']) {
  const sent: [DeviceId, SettlementMessage][] = [];
  const warnings: string[] = [];
  const log = {
    info: () => undefined,
    warn: (_: object, text: string) => void warnings.push(text),
    error: () => undefined,
  };
  const sendToDevice = async (deviceId: DeviceId, message: SettlementMessage) => void sent.push([deviceId, message]);
  const desk = { answer: answerOf, presentPending: async () => undefined };
  const lineDesk = { takeAccept: async () => refuse('not_found'), tellBox: async () => undefined };
  return { sent, warnings, sendToDevice, handle: createAnswerHandler({ desk, lineDesk, sendToDevice, log }) };
}

describe('createMerchantLink', () => {
  it('sends every part in order, and messages fit the wire', async () => {
    const { sent, sendToDevice } = setUp(async () => refuse('not_found'));
    const link = createMerchantLink(sendToDevice);
    const hashes = { statementSha256: answer.statementSha256, textSha256: 'B'.repeat(43) };
    const part = { statementId, ...hashes, parts: 2, textPart: 'abc' };
    await link.present(till, [
      { ...part, part: 1 },
      { ...part, part: 2 },
    ]);
    await link.tell(till, { statementId, state: 'paid' });
    expect(sent.map(([deviceId, message]) => [deviceId, 'part' in message ? message.part : message.type])).toEqual([
      [till, 1],
      [till, 2],
      [till, 'settlement.state'],
    ]);
    for (const [, message] of sent) {
      const parse = createParser(downMessageSchemas[message.type]);
      expect(parse({ ...header, ...message })).toMatchObject({ ok: true });
    }
  });
});

describe('createAnswerHandler', () => {
  it('tells the box the state that came of its answer', async () => {
    const { sent, handle } = setUp(async (from) => {
      expect(from).toEqual({ deviceId: till, merchantId: shop, answer, answerJws: 'a.b.c' });
      return accept({ statementId, state: 'paid' });
    });
    await handle(till, shop, answer, 'a.b.c');
    expect(sent).toEqual([[till, { type: 'settlement.state', statementId, state: 'paid' }]]);
  });

  it('names the message it refuses', async () => {
    const { sent, handle } = setUp(async () => refuse('statement_mismatch', 'x'.repeat(300)));
    await handle(till, shop, answer, 'a.b.c');
    const [, rejected] = sent[0]!;
    expect(rejected).toMatchObject({ code: 'statement_mismatch', rejectedMessageId: header.messageId });
    expect(createParser(downMessageSchemas['message.rejected'])({ ...header, ...rejected })).toMatchObject({
      ok: true,
    });
  });

  it('stays silent when the answer could not be worked on, so that the box repeats it', async () => {
    const { sent, warnings, handle } = setUp(async () => {
      throw new Error('disk full');
    });
    await handle(till, shop, answer, 'a.b.c');
    expect(sent).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
});
