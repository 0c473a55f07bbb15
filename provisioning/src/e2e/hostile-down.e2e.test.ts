import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CounterView } from '@scanpay/shared/api/box.ts';
import { type RawClient, subscribeRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { encodeEnvelope, messageTyp } from '@scanpay/shared/wire/envelope.ts';
import { importSigner } from '@scanpay/shared/wire/message-key.ts';
import { type DownChannel, downTopic, upTopic } from '@scanpay/shared/wire/topics.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Coupon } from '../demo/customers.ts';
import { demoDeviceId } from '../demo/identities.ts';
import { makeToken } from './hostile-box.ts';
import { connectAsCloud, startOwnBroker } from './hostile-broker.ts';
import { encodePart, forgeJws, strangerKey } from './hostile-messages.ts';
import { countCharges, type HostileWorld, readResults, startHostileWorld, sumBooks } from './hostile-world.ts';

const cloudToken = makeToken();
let world: HostileWorld;
let mallory: RawClient;
let coupon: Coupon;

beforeAll(async () => {
  world = await startHostileWorld('hostile-down', {
    startBroker: (tokens) => startOwnBroker(tokens, cloudToken),
    // A payment goes on waiting while it is lied about, however long that takes.
    boxLimits: { deadlineMs: 60_000 },
  });
  mallory = await connectAsCloud(world.brokerPort, cloudToken);
  const offers = [{ offerId: 'o-breakfast', headcount: 2 }];
  coupon = await world.travellers.getCoupon({ name: '정직한', mobile: '01060000001', offers });
});
afterAll(async () => {
  await mallory?.end();
  await world?.end();
});

const say = (payload: string | Uint8Array, channel: DownChannel = 'payment', retain = false) =>
  mallory.client.publishAsync(downTopic(demoDeviceId, channel), Buffer.from(payload as Uint8Array), { qos: 1, retain });

interface LogLine {
  msg: string;
  code?: string;
}
const readLog = (): LogLine[] =>
  readFileSync(join(world.dataDir, 'box', 'box.log'), 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine);
const countRefused = (code: string): number =>
  readLog().filter((line) => line.msg === 'message refused' && line.code === code).length;

/** Says each, and waits until the box has written down as many refusals more. */
async function expectRefused(code: string, payloads: readonly (string | Uint8Array)[]): Promise<void> {
  const before = countRefused(code);
  for (const payload of payloads) await say(payload);
  await until(() => expect(countRefused(code)).toBe(before + payloads.length));
}

async function sell(): Promise<CounterView> {
  const counter = await world.sell(coupon);
  expect(counter).toMatchObject({ kind: 'approved' });
  return counter;
}

const approval = (amountWon: number) => ({
  approvalNumber: '66666666',
  approvedAtMs: Date.now(),
  businessDate: '2026-11-23',
  tender: 'card',
  offerId: 'o-breakfast',
  offerTitle: { ko: '공짜', en: 'Free' },
  headcount: 2,
  visitDate: '2026-11-23',
  listAmountWon: amountWon,
  discountWon: 0,
  split: { chargedWon: amountWon, cardFeeWon: 0, pgFeeWon: 0, operatorFeeWon: 0, merchantShareWon: amountWon },
  contractVersion: 1,
  cardLast4: null,
  customerNameMasked: '정*한',
});
const header = { v: 1, messageId: '01a20958-0000-7000-8000-000000000000', deviceId: demoDeviceId, sentAtMs: 1 };

/** `payment.result`, approved, as the operator would say it. */
const approve = (paymentId: string, differing: object = {}): object => ({
  ...header,
  type: 'payment.result',
  paymentId,
  outcome: { kind: 'approved', approval: approval(60_000) },
  ...differing,
});

/** The message under every signature there is but the operator's own. */
function forgeSignatures(message: object): string[] {
  const { operator, box, pg } = world.keys;
  const payload = encodePart(message);
  const good = { alg: 'EdDSA', kid: operator.kid, typ: messageTyp };
  return [
    `${encodePart({ ...good, alg: 'none' })}.${payload}.`,
    forgeJws(good, payload, strangerKey),
    forgeJws({ ...good, kid: 'stranger' }, payload, strangerKey),
    forgeJws({ ...good, kid: box.kid }, payload, importSigner(box).privateKey),
    forgeJws(good, payload, importSigner(pg).privateKey),
    forgeJws({ ...good, typ: 'scanpay-statement+json' }, payload, importSigner(operator).privateKey),
  ].map((jws) => encodeEnvelope(jws));
}

/** Really signed by the operator. */
function signAsOperator(message: object): string {
  const { operator } = world.keys;
  const good = { alg: 'EdDSA', kid: operator.kid, typ: messageTyp };
  return encodeEnvelope(forgeJws(good, encodePart(message), importSigner(operator).privateKey));
}

const unseenPayment = '01a20958-928e-7468-a5d4-a42f07ee3c6c';

describe('a box that is lied to by somebody with the rights of the cloud at the broker', () => {
  it('writes garbage down and goes on', async () => {
    await expectRefused('invalid_input', [
      '',
      'approved!',
      '[]',
      'null',
      '['.repeat(8_000) + ']'.repeat(8_000),
      Buffer.of(0x7b, 0xc3, 0x28, 0x7d),
      '{"v":1}',
      '{"v":1,"jws":[]}',
      '{"v":1,"jws":"a.b.c","x":1}',
    ]);
    await expectRefused('version_unsupported', ['{"v":2,"jws":"a.b.c"}', '{"jws":"a.b.c"}']);
    await expectRefused('signature_invalid', ['{"v":1,"jws":"a.b.c"}', '{"v":1,"jws":"…"}']);
    await sell();
  });

  it('believes no signature but the operator’s, while a payment waits for its answer', async () => {
    await subscribeRaw(mallory, [upTopic('+' as typeof demoDeviceId, 'payment')]);
    const { pid = 0 } = world.running.cloud ?? {};
    // The cloud stands still, so that the lies are all the box hears.
    process.kill(pid, 'SIGSTOP');
    try {
      await world.clerk.enterSale({ tender: 'card', listAmountWon: 60_000, headcount: 2 });
      await world.hardware.scan(coupon.barcode);
      const { paymentId } = await world.clerk.waitFor('paying');
      await expectRefused('signature_invalid', forgeSignatures(approve(paymentId ?? '')));
      await expectRefused('device_mismatch', [signAsOperator(approve(paymentId ?? '', { deviceId: 'box-other' }))]);
      await expectRefused('invalid_input', [
        signAsOperator(approve(paymentId ?? '', { type: 'payment.gift' })),
        signAsOperator(approve(paymentId ?? '', { outcome: { kind: 'approved' } })),
        signAsOperator(approve(paymentId ?? '', { note: 'extra' })),
      ]);
      await expectRefused('version_unsupported', [signAsOperator(approve(paymentId ?? '', { v: 9 }))]);
      // Its own words, sent back to it.
      await until(() => expect(mallory.received.length).toBeGreaterThan(0));
      await expectRefused('signature_invalid', [withoutBarcode(mallory.received[0]?.text ?? '')]);
      expect((await world.clerk.look()).counter).toMatchObject({ kind: 'paying', paymentId });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const counter = await world.clerk.waitFor('approved', 'declined', 'reversed');
    expect(counter).toMatchObject({ kind: 'approved' });
    expect(counter.approval?.approvalNumber).not.toBe('66666666');
  });

  it('believes no result that was altered on its way, and no result of another payment', async () => {
    const offers = [{ offerId: 'o-breakfast', headcount: 2 }];
    const another = await world.travellers.getCoupon({ name: '다른이', mobile: '01060000002', offers });
    const [{ resultJws } = { resultJws: '' }] = readResults(world.dataDir);
    const [head = '', body = '', signature = ''] = resultJws.split('.');
    const said = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as ReturnType<typeof approve>;
    const { pid = 0 } = world.running.cloud ?? {};
    process.kill(pid, 'SIGSTOP');
    try {
      await world.clerk.enterSale({ tender: 'card', listAmountWon: 60_000, headcount: 2 });
      await world.hardware.scan(another.barcode);
      const { paymentId } = await world.clerk.waitFor('paying');
      const altered = [
        { ...said, paymentId },
        { ...said, paymentId, outcome: { kind: 'approved', approval: approval(1_000) } },
        { ...said, paymentId, outcome: { kind: 'declined', code: 'card_declined' } },
        { ...said, paymentId, outcome: { kind: 'reversed' } },
      ].map((message) => encodeEnvelope(`${head}.${encodePart(message)}.${signature}`));
      await expectRefused('signature_invalid', altered);
      // What the operator really said, of a sale before: true, and about another payment.
      await say(encodeEnvelope(resultJws));
      await expectRefused('invalid_input', ['over']);
      expect((await world.clerk.look()).counter).toMatchObject({ kind: 'paying', paymentId });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(await world.clerk.waitFor('approved', 'declined', 'reversed')).toMatchObject({ kind: 'approved' });
    await world.clerk.dismiss();
  });

  it('is moved by nothing the operator says of what it did not ask', async () => {
    // What was sold before is printed, and the operator has told the box what it tells every box.
    const before = await until(async () => {
      const view = await world.clerk.look();
      expect(view).toMatchObject({
        receiptsWaiting: 0,
        printer: 'ok',
        takesCashReceipts: true,
        offline: { whyNot: null },
      });
      return view;
    });
    const lies = [
      approve(unseenPayment),
      approve(unseenPayment, { outcome: { kind: 'reversed' } }),
      { ...header, type: 'cancel.result', cancelId: unseenPayment, paymentId: unseenPayment, outcome: declined },
      { ...header, type: 'clock.answer', queryId: unseenPayment, cloudTimeMs: 4_102_444_800_000 },
      { ...header, type: 'settlement.state', statementId: unseenPayment, state: 'paid' },
      { ...header, type: 'message.rejected', code: 'internal', detail: '', rejectedMessageId: null, paymentId: null },
      {
        ...header,
        type: 'message.rejected',
        code: 'internal',
        detail: '',
        rejectedMessageId: null,
        paymentId: unseenPayment,
      },
    ];
    for (const lie of lies) await say(signAsOperator(lie));
    await expectRefused('invalid_input', ['over']);
    const after = await world.clerk.look();
    // What the box measures by itself goes on meanwhile.
    const moving = { nowMs: 0, receiptsWaiting: 0, clock: null };
    expect({ ...after, ...moving }).toEqual({ ...before, ...moving });
    expect(Math.abs(after.nowMs - Date.now())).toBeLessThan(60_000);
    expect(Math.abs(after.clock.driftMs ?? 0)).toBeLessThan(60_000);
  });

  it('is spared by the broker what is too long, retained, or on a topic of nobody', async () => {
    const attacks = [
      () => say('x'.repeat(16.5 * 1024)),
      () => say('x'.repeat(300 * 1024)),
      () => say('{}', 'payment', true),
      () => mallory.client.publishAsync(`scanpay/v1/${demoDeviceId}/down/root`, '{}', { qos: 1 }),
      () => mallory.client.publishAsync(upTopic(demoDeviceId, 'payment'), '{}', { qos: 1 }),
    ];
    for (const attack of attacks) {
      attack().catch(() => undefined);
      await mallory.closed;
      mallory = await connectAsCloud(world.brokerPort, cloudToken);
    }
    // Retained garbage meets the box again whenever it comes back.
    const before = countRefused('invalid_input');
    await say('{"v":1}', 'config', true);
    await until(() => expect(countRefused('invalid_input')).toBe(before + 1));
  });

  it('sells through a flood, and the books still balance', async () => {
    const flood = Array.from({ length: 500 }, (_, index) => say(`flood ${index}`));
    const counter = await sell();
    await Promise.all(flood);
    expect(await world.isUnhurt()).toBe(true);
    expect(await sumBooks(world)).toEqual({ operator: 0, pg: 0, card: 0 });
    const charges = countCharges(world.dataDir, 'card');
    expect(Object.values(charges)).toEqual([1, 1, 1, 1]);
    expect(Object.keys(charges)).toContain(counter.paymentId);
  });
});

const declined = { kind: 'declined', code: 'internal' };
const withoutBarcode = (envelope: string): string => encodeEnvelope((JSON.parse(envelope) as { jws: string }).jws);
