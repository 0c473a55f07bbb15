import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceId, PaymentId, StatementId } from '../ids.ts';
import { won } from '../money.ts';
import {
  createEnvelopeOpener,
  encodeEnvelope,
  maxPayloadBytes,
  sha256Base64Url,
  signMessage,
} from '../wire/envelope.ts';
import { downMessageSchemas, upMessageSchemas } from '../wire/messages.ts';
import { type StatementLine, toStatementLine } from './statement.ts';
import { createStatementAssembler, splitStatementText } from './statement-assembly.ts';
import { maxAnswerFaults, type SettlementAnswer, type SettlementStatement } from './statement-messages.ts';
import { maxStatementParts, type StatementPart, statementPartChars } from './statement-part.ts';
import { makeStatementText } from './statement-text.ts';
import { event } from './testing/day-of-events.ts';

const statementId = '019ab0c2-0000-7000-8000-000000000001' as StatementId;
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
/** The longest key id, box id and numbers that occur. */
const signer = { kid: 'k'.repeat(64), privateKey };
const header = {
  v: 1 as const,
  messageId: '019ab0c3-0000-7000-8000-000000000001',
  deviceId: `box-${'z'.repeat(28)}` as DeviceId,
  sentAtMs: 7_258_118_400_000,
};

const stated = { statementId, sha256: sha256Base64Url('the signed statement') };

function split(text: string): StatementPart[] {
  const parts = splitStatementText(stated, text);
  if (!parts.ok) throw new Error(parts.code);
  return parts.value;
}
const someText = fc
  .integer({ min: 1, max: 5 * statementPartChars })
  .chain((length) => fc.constantFrom('a', 'B', '"', '\n').map((letter) => `x${letter.repeat(length)}y`));

describe('splitStatementText', () => {
  it('is undone by the assembler, whatever the order and however often parts come', () => {
    fc.assert(
      fc.property(someText, fc.array(fc.nat(), { maxLength: 20 }), (text, repeats) => {
        const parts = split(text);
        const [last, ...others] = parts as [StatementPart, ...StatementPart[]];
        const noise = repeats.map((n) => others[n % others.length]).filter((part) => part !== undefined);
        const assembler = createStatementAssembler();
        for (const part of [...noise, ...others.toReversed()])
          expect(assembler.add(part)).toEqual({ ok: true, value: null });
        expect(assembler.add(last)).toEqual({ ok: true, value: text });
      }),
    );
  });

  it('refuses what is larger than a box takes', () => {
    const most = 'a'.repeat(statementPartChars * maxStatementParts);
    expect(splitStatementText(stated, most)).toMatchObject({ ok: true, value: { length: maxStatementParts } });
    expect(splitStatementText(stated, `${most}a`)).toMatchObject({ ok: false, code: 'too_large' });
  });

  it('makes parts that fit a payload once signed, with the longest ids', async () => {
    const line = toStatementLine('S15', event(1, 'cancel', 'card', 1));
    const text = makeStatementText(
      '',
      Array.from({ length: 60 }, () => line),
    );
    const part = split(text)[0] as StatementPart;
    expect(part.textPart).toHaveLength(statementPartChars);
    const message: SettlementStatement = { ...header, type: 'settlement.statement', ...part, part: 256, parts: 256 };
    const payload = Buffer.from(encodeEnvelope(await signMessage(message, signer)));
    expect(payload.byteLength).toBeLessThanOrEqual(maxPayloadBytes);
    const opened = await createEnvelopeOpener(downMessageSchemas)(payload, () => publicKey);
    expect(opened).toMatchObject({ ok: true, value: { message: { textPart: part.textPart } } });
  });
});

describe('createStatementAssembler', () => {
  it('refuses a part numbered beyond the parts', () => {
    const part = { ...(split('abc')[0] as StatementPart), part: 2 };
    expect(createStatementAssembler().add(part)).toMatchObject({ ok: false, code: 'invalid_input' });
  });

  it('refuses parts that do not make the hashed text, and takes the right ones afterwards', () => {
    const jws = 'a'.repeat(statementPartChars + 1);
    const [first, second] = split(jws) as [StatementPart, StatementPart];
    const assembler = createStatementAssembler();
    assembler.add(first);
    expect(assembler.add({ ...second, textPart: 'b' })).toMatchObject({ ok: false, code: 'signature_invalid' });
    assembler.add(second);
    expect(assembler.add(first)).toEqual({ ok: true, value: jws });
  });

  it('holds a bounded number of unfinished statements', () => {
    const texts = Array.from({ length: 9 }, (_, n) => `${n}`.repeat(statementPartChars + 1));
    const assembler = createStatementAssembler();
    for (const jws of texts) assembler.add(split(jws)[0] as StatementPart);
    expect(assembler.add(split(texts[8] as string)[1] as StatementPart)).toMatchObject({ value: texts[8] });
    expect(assembler.add(split(texts[0] as string)[1] as StatementPart)).toEqual({ ok: true, value: null });
  });
});

describe('settlement.answer', () => {
  it('fits a payload with as many of the largest faults as the schema allows', async () => {
    const largest: StatementLine = {
      kind: 'reversal',
      tender: 'card',
      paymentId: '019ab0c0-0000-7000-8000-000000000001' as PaymentId,
      cancelId: '019ab0c1-0000-7000-8000-000000000001' as StatementLine['cancelId'],
      chargedWon: won(Number.MIN_SAFE_INTEGER),
      feeWon: won(Number.MIN_SAFE_INTEGER),
      payableWon: won(Number.MIN_SAFE_INTEGER),
    };
    const message: SettlementAnswer = {
      ...header,
      type: 'settlement.answer',
      statementId,
      statementSha256: sha256Base64Url('x'),
      answer: 'disputed',
      faults: Array.from({ length: maxAnswerFaults }, () => ({ theirs: largest, ours: largest })),
    };
    const payload = Buffer.from(encodeEnvelope(await signMessage(message, signer)));
    expect(payload.byteLength).toBeLessThanOrEqual(maxPayloadBytes);
    expect(await createEnvelopeOpener(upMessageSchemas)(payload, () => publicKey)).toMatchObject({ ok: true });
  });
});
