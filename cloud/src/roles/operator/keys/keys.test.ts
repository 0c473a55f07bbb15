import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { exportOperatorSigningKey, exportRegistrationBoxKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { makeOperatorSigningKey, makeRegistrationBoxKey } from '@scanpay/shared/auth-barcode/keys.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { signMessage, verifyJws } from '@scanpay/shared/wire/envelope.ts';
import { exportSigner, importVerifyKeys, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import { hashKeySet, type OperatorKeySet } from '@scanpay/shared/wire/operator-keys.ts';
import { describe, expect, it } from 'vitest';
import type { OperatorConfigSection } from '../../../config.ts';
import type { KeyHolder } from '../../../ports/held-keys-store.ts';
import { createDevicePost } from '../device-post.ts';
import { createKeyDesk } from './key-desk.ts';
import { createLiveKeys } from './live-keys.ts';

const makeMessageKey = (kid: string) => exportSigner({ kid, privateKey: generateKeyPairSync('ed25519').privateKey });
const makeCouponKey = (kid: number) => exportOperatorSigningKey(makeOperatorSigningKey(kid, randomBytes));
const publicOf = ({ d: _, ...jwk }: ReturnType<typeof makeCouponKey>) => jwk;

const section = {
  messageKey: makeMessageKey('operator-1'),
  otherMessageKeys: [],
  couponKey: makeCouponKey(1),
  otherCouponKeys: [],
  registrationKeys: [exportRegistrationBoxKey(makeRegistrationBoxKey(1, randomBytes))],
  receiptKeys: [],
} as unknown as OperatorConfigSection;
const nextMessage = makeMessageKey('operator-2');
const nextCoupon = makeCouponKey(2);
const announcing: OperatorConfigSection = {
  ...section,
  otherMessageKeys: [verifyJwkOf(nextMessage)],
  otherCouponKeys: [publicOf(nextCoupon)],
};
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('createLiveKeys', () => {
  const open = () => {
    const clock = createVirtualScheduler(1_000);
    return { clock, keys: createLiveKeys(section, { clock, readCas: () => ['ca'] }) };
  };

  it('signs with the key of the moment, for whoever holds the signer', async () => {
    const { keys } = open();
    const { message } = keys.own;
    keys.change(announcing);
    expect(message.kid).toBe('operator-1');
    keys.change({ ...announcing, messageKey: nextMessage, otherMessageKeys: [verifyJwkOf(section.messageKey)] });
    const jws = await signMessage({ some: 'thing' }, message);
    const known = importVerifyKeys([verifyJwkOf(nextMessage)]);
    expect(await verifyJws(jws, (kid) => known.get(kid), 'scanpay+json')).toMatchObject({ ok: true });
    expect(keys.own.signing.kid).toBe(1);
    const former = [publicOf(section.couponKey)];
    keys.change({ ...section, messageKey: nextMessage, couponKey: nextCoupon, otherCouponKeys: former });
    expect([...keys.own.verify.keys()]).toEqual([2, 1]);
    expect(keys.own.signing.kid).toBe(2);
  });

  it('refuses a key that was not announced, and stays as it was', () => {
    const { keys } = open();
    expect(() => keys.change({ ...section, messageKey: nextMessage })).toThrow(/otherMessageKeys/);
    expect(() => keys.change({ ...section, couponKey: nextCoupon })).toThrow(/otherCouponKeys/);
    // The same name for another key is no announcement.
    const other = { ...makeMessageKey('operator-1') };
    expect(() => keys.change({ ...section, messageKey: other })).toThrow(/otherMessageKeys/);
    expect(() => keys.change({ ...section, otherMessageKeys: [verifyJwkOf(other)] })).toThrow(/same id/);
    expect(keys.keySet().messageKeys).toEqual([verifyJwkOf(section.messageKey)]);
  });

  it('issues each set later than the one before, though the clock went back', () => {
    const { clock, keys } = open();
    const first = keys.keySet().issuedAtMs;
    keys.change(announcing);
    expect(keys.keySet().issuedAtMs).toBe(first + 1);
    clock.advance(500);
    keys.change(section);
    expect(keys.keySet()).toMatchObject({ issuedAtMs: first + 500, caCertificates: ['ca'] });
  });
});

describe('createKeyDesk', () => {
  it('tells every box, and knows which of them hold what is announced', async () => {
    const boxes = new Map<DeviceId, string | null>(
      Array.from({ length: 1_203 }, (_, index) => [`box-${String(index).padStart(4, '0')}` as DeviceId, null]),
    );
    const told: DeviceId[] = [];
    const keySet = (): OperatorKeySet => ({
      messageKeys: [verifyJwkOf(section.messageKey)],
      couponKeys: [publicOf(nextCoupon)],
      caCertificates: [],
      issuedAtMs: 1,
    });
    const desk = createKeyDesk({
      store: {
        async noteHeldKeys(deviceId, keysSha256) {
          boxes.set(deviceId, keysSha256);
        },
        async listKeyHolders(after, limit): Promise<KeyHolder[]> {
          const rest = [...boxes].filter(([deviceId]) => after === null || deviceId > after);
          return rest.slice(0, limit).map(([deviceId, keysSha256]) => ({ deviceId, keysSha256 }));
        },
      },
      keySet,
      async publish(deviceId) {
        if (deviceId === 'box-0001') throw new Error('away');
        told.push(deviceId);
      },
      clock: { nowMs: () => 5 },
      log: silent,
    });
    await desk.announce();
    expect(told).toHaveLength(1_202);
    for (const deviceId of told) await desk.noteHeld(deviceId, hashKeySet(keySet()));
    await desk.noteHeld('box-0002' as DeviceId, hashKeySet({ ...keySet(), messageKeys: [] }));
    expect(await desk.readState()).toMatchObject({ holding: 1_201, missing: ['box-0001', 'box-0002'] });
  });
});

describe('what was said before a change', () => {
  it('is said again by the new key, and the words are the same', async () => {
    const [old, now] = [makeMessageKey('operator-1'), makeMessageKey('operator-2')].map((jwk) => ({
      jwk,
      signer: { kid: jwk.kid, privateKey: generateKeyPairSync('ed25519').privateKey },
    }));
    if (old === undefined || now === undefined) throw new Error('no keys');
    const sent: string[] = [];
    const post = createDevicePost({
      link: { publish: async (_deviceId, _channel, payload) => void sent.push(String(payload)) },
      signer: now.signer,
      ids: { messageId: () => 'm' } as never,
      clock: { nowMs: () => 1 },
      log: silent,
    });
    const message = { type: 'payment.result', paymentId: 'p' };
    post.send('box-a' as DeviceId, 'payment', await signMessage(message, old.signer));
    const own = await signMessage(message, now.signer);
    post.send('box-a' as DeviceId, 'payment', own);
    await post.idle();
    expect(sent.map((each) => (JSON.parse(each) as { jws: string }).jws)).toEqual([own, own]);
  });
});
