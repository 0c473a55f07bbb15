import { encodeEnvelope, signMessage } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorWorld, type OperatorWorld, otherShop, shop } from './testing/operator-world.ts';
import { createTestBox, type Sealed, type TestBox } from './testing/test-box.ts';

let world: OperatorWorld;
let box: TestBox;
beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
});
afterEach(() => world.dispose());

const last = async () => (await world.messages()).at(-1);
const expectRejected = async (code: string, detail?: string) => {
  expect(await last()).toMatchObject({ type: 'message.rejected', code, ...(detail === undefined ? {} : { detail }) });
  expect(world.sent.at(-1)?.channel).toBe('rejected');
};
const asSent = (payload: string): Sealed => ({ delivered: box.deliver(payload), jws: '', message: {} as never });

describe('a message that cannot be used', () => {
  it('from a box that is not enrolled', async () => {
    const stranger = createTestBox('box-9' as never, shop, world.clock);
    await world.deliver(await stranger.request(await world.coupon()));
    await expectRejected('device_unknown');
  });

  it('signed with a key that is not this box’s', async () => {
    const stranger = createTestBox(box.deviceId, shop, world.clock);
    await world.deliver(await stranger.request(await world.coupon()));
    await expectRejected('signature_invalid');
    const other = await world.enrol('box-2');
    const message = { ...(await box.request(await world.coupon())).message };
    await world.deliver(asSent(encodeEnvelope(await signMessage(message, other.signer))));
    await expectRejected('signature_invalid');
  });

  it('signed with a key that was retired', async () => {
    await world.store.enrolDevice({ ...box, kid: 'new', x: createTestBox(box.deviceId, shop, world.clock).jwk.x }, 1);
    await world.deliver(await box.request(await world.coupon()));
    await expectRejected('signature_invalid');
  });

  it('that names another box than its topic, though it signed it', async () => {
    const request = await box.request(await world.coupon());
    const jws = await signMessage({ ...request.message, deviceId: 'box-2' } as never, box.signer);
    await world.deliver(asSent(encodeEnvelope(jws)));
    await expectRejected('device_mismatch', '/deviceId: not the box of the topic');
  });

  it('that names another merchant than the box has', async () => {
    const request = await box.request(await world.coupon(), { merchantId: otherShop });
    await world.deliver(request);
    await expectRejected('device_mismatch', '/merchantId: not the merchant of this box');
    expect(await world.state(request.paymentId)).toBeUndefined();
  });

  it('whose barcode was exchanged, or left out, on the way', async () => {
    const request = await box.request(await world.coupon());
    const { barcode } = await world.coupon();
    await world.deliver(asSent(encodeEnvelope(request.jws, barcode)));
    await expectRejected('signature_invalid', '/barcode: not the one that was signed');
    await world.deliver(asSent(encodeEnvelope(request.jws)));
    await expectRejected('invalid_input', '/barcode: missing');
    expect(await world.state(request.paymentId)).toBeUndefined();
    await world.deliver(request);
    await world.until(async () => (await world.state(request.paymentId)) === 'approved');
  });

  it.each([
    ['invalid_input', 'no JSON'],
    ['invalid_input', '{"v":1}'],
    ['version_unsupported', '{"v":2,"jws":"a"}'],
    ['signature_invalid', '{"v":1,"jws":"a.b.c"}'],
    ['too_large', ' '.repeat(16 * 1024 + 1)],
  ])('is answered with %s: %.20s', async (code, payload) => {
    await world.deliver(asSent(payload));
    await expectRejected(code);
  });

  it('echoes its ids where they can be read', async () => {
    const { paymentId, message } = await box.request(await world.coupon());
    const jws = await signMessage({ ...message, tender: 'gold' } as never, box.signer);
    await world.deliver(asSent(encodeEnvelope(jws)));
    expect(await last()).toMatchObject({ rejectedMessageId: message.messageId, paymentId });
  });

  it('is answered only so often, each box on its own', async () => {
    const other = await world.enrol('box-2');
    for (let n = 0; n < 30; n += 1) await world.deliver(asSent('nonsense'));
    expect(world.sent).toHaveLength(20);
    await world.deliver({ ...asSent('nonsense'), delivered: other.deliver('nonsense') });
    expect(world.sent).toHaveLength(21);
    world.scheduler.advance(3_000);
    await world.deliver(asSent('nonsense'), asSent('nonsense'));
    expect(world.sent).toHaveLength(22);
  });
});

describe('auth numbers', () => {
  it('may be guessed wrong only so often by one box; right ones cost nothing', async () => {
    const { authNumber } = await world.coupon({
      entitlements: [{ ...(await world.body()).entitlements[0]!, uses: 9 }],
    });
    const pay = async (from: TestBox, number: string) => {
      const request = await from.request({ authNumber: number }, { tender: 'cash' });
      await world.deliver(request);
      await world.until(async () => (await world.outcomes(request.paymentId)).length > 0);
      const [outcome] = await world.outcomes(request.paymentId);
      return outcome !== undefined && 'code' in outcome ? outcome.code : 'approved';
    };
    for (let n = 0; n < 7; n += 1) expect(await pay(box, authNumber)).toBe('approved');
    const codes: string[] = [];
    for (let n = 0; n < 6; n += 1) codes.push(await pay(box, `00000000000${n}`));
    expect(codes).toEqual([...Array.from({ length: 5 }, () => 'coupon_unknown'), 'rate_limited']);
    expect(await pay(box, authNumber)).toBe('rate_limited');
    const other = await world.enrol('box-2');
    expect(await pay(other, authNumber)).toBe('approved');
    world.scheduler.advance(60_000);
    expect(await pay(box, authNumber)).toBe('approved');
  });
});

describe('other messages', () => {
  it('ask for the time and get it', async () => {
    const query = await box.seal({ type: 'clock.query' });
    await world.deliver(query);
    expect(await last()).toMatchObject({
      type: 'clock.answer',
      queryId: query.message.messageId,
      cloudTimeMs: world.nowMs(),
    });
  });

  it('answer a statement, and are passed on with box, merchant and evidence', async () => {
    const answer = await box.seal({
      type: 'settlement.answer',
      statementId: '019ab0c0-0000-7000-8000-000000000001' as never,
      statementSha256: 'a'.repeat(43),
      answer: 'approved',
      faults: [],
    });
    await world.deliver({ ...answer, delivered: { ...answer.delivered, channel: 'settlement' } });
    expect(world.answers).toEqual([[box.deviceId, shop, answer.message, answer.jws]]);
  });

  it('tell that a box is there again, when the box itself says so', async () => {
    const say = async (from: TestBox, online: boolean): Promise<void> => {
      const presence = await from.seal({ type: 'presence', sessionId: from.paymentId(), online });
      await world.deliver({ ...presence, delivered: { ...presence.delivered, channel: 'presence' } });
    };
    await say(box, true);
    expect(world.online).toEqual([[box.deviceId, shop]]);
    await say(box, false);
    await say(createTestBox(box.deviceId, shop, world.clock), true);
    expect(world.online).toHaveLength(1);
    for (let times = 0; times < 20; times++) await say(box, true);
    expect(world.online).toHaveLength(3);
  });

  it('are sent to a box signed, with the header added', async () => {
    const state = { type: 'settlement.state', statementId: box.paymentId() as never, state: 'paid' } as const;
    await world.role.sendToDevice(box.deviceId, 'settlement', state);
    expect(await last()).toMatchObject({ ...state, v: 1, deviceId: 'box-1', sentAtMs: world.nowMs() });
    expect(world.sent[0]?.channel).toBe('settlement');
  });
});
