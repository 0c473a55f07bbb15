import { connect } from 'node:tls';
import { connectRaw, subscribeRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { downFilter, upFilter, upTopic } from '@scanpay/shared/wire/topics.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Coupon } from '../demo/customers.ts';
import { demoDeviceId } from '../demo/identities.ts';
import { enrolHostileBox, type HostileBox } from './hostile-box.ts';
import { type BadMessage, badContents, badEnvelopes, badSignatures, type SoundRequest } from './hostile-messages.ts';
import { countCharges, type HostileWorld, startHostileWorld, sumBooks } from './hostile-world.ts';

/** A box has a budget of twenty rejections, so several are needed to hear every one. */
const enrol = (name: string) => enrolHostileBox(world, name);

let world: HostileWorld;
let box: HostileBox;
let honest: Coupon;
let stolen: Coupon;
/** Card payments that were really made, at the demo box and nowhere else. */
const charged: Record<string, number> = {};

beforeAll(async () => {
  world = await startHostileWorld('hostile-mqtt');
  const { getCoupon } = world.travellers;
  [honest, stolen] = await Promise.all([
    getCoupon({ name: '정직한', mobile: '01040000001', offers: [{ offerId: 'o-breakfast', headcount: 2 }] }),
    getCoupon({ name: '도난당', mobile: '01040000002', offers: [{ offerId: 'o-roasted-beans', headcount: 2 }] }),
  ]);
});
afterAll(() => world?.end());

async function expectBusinessAsUsual(): Promise<void> {
  const counter = await world.sell(honest);
  expect(counter).toMatchObject({ kind: 'approved' });
  charged[counter.paymentId ?? ''] = 1;
  expect(await world.isUnhurt()).toBe(true);
  expect(await sumBooks(world)).toEqual({ operator: 0, pg: 0, card: 0 });
  for (const company of ['operator', 'pg', 'card'] as const) {
    expect(countCharges(world.dataDir, company)).toEqual(charged);
  }
}

/** Sends each, and compares what comes back with what should. */
async function expectRejections(box: HostileBox, messages: readonly BadMessage[]): Promise<void> {
  for (const { name, code, namesPayment, make } of messages) {
    const { message, jws, barcode } = await box.buy(stolen);
    const sound = { message: message as unknown as SoundRequest['message'], jws, barcode: barcode ?? '' };
    box.forget();
    await box.publish(await make(box, sound));
    const { messageId, paymentId } = message as { messageId: string; paymentId: string };
    const about = namesPayment === true ? { rejectedMessageId: messageId, paymentId } : {};
    expect(await box.rejection(), name).toMatchObject({ code, deviceId: box.deviceId, ...about });
  }
}

describe('a box in the wrong hands', () => {
  it('hears what is wrong with each envelope', async () => {
    const box = await enrol('box-envelope');
    await expectRejections(box, badEnvelopes);
    await box.end();
  });

  it('gets nowhere without its own signature', async () => {
    const box = await enrol('box-signature');
    await expectRejections(box, badSignatures);
    await box.end();
  });

  it('gets nowhere with content that breaks the schema or names somebody else', async () => {
    const box = await enrol('box-content');
    await expectRejections(box, badContents);
    await box.end();
  });

  it('is cut off by the broker, unheard, when it leaves its place or its measure', async () => {
    box = await enrol('box-broker');
    const attacks: [string, (topic: string) => Promise<unknown>][] = [
      ['16.5 KiB', () => box.publish('x'.repeat(16.5 * 1024))],
      ['17 KiB', () => box.publish('x'.repeat(17 * 1024))],
      ['300 KiB', () => box.publish('x'.repeat(300 * 1024))],
      ['a retained payment', () => box.publish('{}', 'payment', true)],
      [
        "another box's topic",
        () => box.client().client.publishAsync(upTopic(demoDeviceId, 'payment'), '{}', { qos: 1 }),
      ],
      ["the operator's topic", (topic) => box.client().client.publishAsync(topic, '{}', { qos: 1 })],
      ['a topic of nobody', () => box.client().client.publishAsync('$SYS/hello', '{}', { qos: 1 })],
    ];
    for (const [name, attack] of attacks) {
      const { closed } = box.client();
      attack(downFilter(demoDeviceId).replace('#', 'payment')).catch(() => undefined);
      await closed;
      await box.reconnect();
      await box.fence();
      expect(await box.rejectionCodes(), name).toEqual([]);
    }
    const others = [downFilter(demoDeviceId), upFilter('payment'), '#', upTopic(box.deviceId, 'payment')];
    expect(await subscribeRaw(box.client(), others)).toEqual([128, 128, 128, 128]);
    // What the broker keeps has to be a message, too.
    await box.publish('{"v":7}', 'reported', true);
    await box.publish('{"v":7}', 'presence', true);
    // They come by channels of their own, which the clock's answer may overtake.
    await until(async () => expect(await box.rejectionCodes()).toEqual(['version_unsupported', 'version_unsupported']));
  });

  it('cannot connect as another box or as the cloud, nor speak before it has connected', async () => {
    const { address, credentials } = box;
    const refused: [object, RegExp][] = [
      [{ ...credentials, clientId: demoDeviceId }, /identifier rejected/i],
      [{ ...credentials, username: demoDeviceId, clientId: demoDeviceId }, /identifier rejected/i],
      [{ ...credentials, username: 'cloud', clientId: 'cloud-main-in' }, /identifier rejected/i],
      [{ ...credentials, cert: undefined, key: undefined }, /./],
      [{ ...credentials, clean: false }, /identifier rejected/i],
    ];
    for (const [options, reason] of refused) await expect(connectRaw(address, options)).rejects.toThrow(reason);
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\x30\x02\x00\x00', '\x10\xff\xff\xff\xff\xff']) {
      const { ca, cert, key } = credentials;
      const socket = connect({ host: address.host, port: address.port, ca, cert, key });
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => undefined);
      socket.write(bytes, 'latin1');
      await closed;
    }
  });

  it('is heard no more after twenty rejections, and holds nobody up', async () => {
    const box = await enrol('box-flood');
    const flood = Promise.all(Array.from({ length: 500 }, (_, index) => box.publish(`{"v":1,"jws":"${index}"}`)));
    await expectBusinessAsUsual();
    await flood;
    await box.fence();
    const codes = await box.rejectionCodes();
    expect(new Set(codes)).toEqual(new Set(['signature_invalid']));
    expect(codes.length).toBeGreaterThanOrEqual(20);
    expect(codes.length).toBeLessThan(40);
    await box.end();
  });

  it('has left cloud, box and books as they were', expectBusinessAsUsual);
});
