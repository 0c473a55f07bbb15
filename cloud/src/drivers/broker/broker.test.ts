import { randomBytes } from 'node:crypto';
import { connectRaw, openSocket, type RawClient, subscribeRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { downFilter, downTopic, upFilter, upTopic } from '@scanpay/shared/wire/topics.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { boxA, boxB, brokerKinds, cloudToken, connectBox, type TestBroker, tokenOf } from './testing/brokers.ts';

const missingText = (missing: string | undefined): string => (missing === undefined ? '' : ` (skipped: ${missing})`);

describe.each(brokerKinds)('$name broker', ({ missing, start }) => {
  let broker: TestBroker;
  let open: RawClient[];
  /** Reads everything boxes may send. */
  let cloud: RawClient;

  const box = async (...args: Parameters<typeof connectBox> extends [unknown, ...infer Rest] ? Rest : never) => {
    const client = await connectBox(broker.boxes, ...args);
    open.push(client);
    return client;
  };
  const connectCloud = async (side: string) => {
    const client = await connectRaw(broker.cloud, {
      clientId: `cloud-test-${side}`,
      username: 'cloud',
      password: cloudToken,
    });
    open.push(client);
    return client;
  };
  /** Without the states that earlier tests have left retained. */
  const cloudTexts = () => cloud.received.filter(({ retained }) => !retained).map(({ text }) => text);
  /** Shows that the broker goes on serving others, and that everything sent before has had its turn. */
  const expectService = async (): Promise<void> => {
    const mark = `mark-${randomBytes(4).toString('hex')}`;
    const honest = await box(boxB);
    await honest.client.publishAsync(upTopic(boxB, 'payment'), mark, { qos: 1 });
    await until(() => expect(cloudTexts()).toContain(mark));
    await honest.end();
  };

  beforeAll(async () => {
    if (missing === undefined) broker = await start();
  });
  afterAll(async () => {
    await broker?.stop();
  });
  beforeEach(async (ctx) => {
    open = [];
    if (missing !== undefined) return ctx.skip(missingText(missing));
    cloud = await connectCloud('in');
    await subscribeRaw(cloud, (['payment', 'settlement', 'presence', 'reported'] as const).map(upFilter));
    cloud.received.length = 0;
  });
  afterEach(async () => {
    await Promise.all(open.map((client) => client.end()));
  });

  it('carries messages up and down', async () => {
    const a = await box(boxA);
    expect(await subscribeRaw(a, [downFilter(boxA)])).toEqual([1]);
    await a.client.publishAsync(upTopic(boxA, 'payment'), 'request', { qos: 1 });
    await until(() =>
      expect(cloud.received).toEqual([{ topic: upTopic(boxA, 'payment'), text: 'request', retained: false }]),
    );
    const out = await connectCloud('out');
    await out.client.publishAsync(downTopic(boxA, 'payment'), 'result', { qos: 1 });
    await until(() =>
      expect(a.received).toEqual([{ topic: downTopic(boxA, 'payment'), text: 'result', retained: false }]),
    );
  });

  it('keeps the desired configuration for a box that connects later', async () => {
    const out = await connectCloud('out');
    await out.client.publishAsync(downTopic(boxA, 'config'), 'old', { qos: 1, retain: true });
    await out.client.publishAsync(downTopic(boxA, 'config'), 'new', { qos: 1, retain: true });
    const a = await box(boxA);
    await subscribeRaw(a, [downFilter(boxA)]);
    await until(() => expect(a.received).toEqual([{ topic: downTopic(boxA, 'config'), text: 'new', retained: true }]));
  });

  it('publishes the will of a lost box, and not of one that said goodbye', async () => {
    const will = (payload: string) => ({
      will: { topic: upTopic(boxA, 'presence'), payload: Buffer.from(payload), qos: 1, retain: true } as const,
    });
    const polite = await box(boxA, will('polite'));
    await polite.client.endAsync(false);
    const lost = await box(boxA, will('lost'));
    lost.cut();
    await until(() => expect(cloudTexts()).toEqual(['lost']));
  });

  it('refuses a wrong token, an unknown box, no credentials, and an empty password', async () => {
    await expect(box(boxA, { password: 'wrong' })).rejects.toThrow(/not authorized/i);
    await expect(connectRaw(broker.boxes, { clientId: 'box-z', username: 'box-z', password: 'x' })).rejects.toThrow(
      /not authorized/i,
    );
    await expect(connectRaw(broker.boxes, { clientId: 'box-z' })).rejects.toThrow(/not authorized/i);
    await expect(box(boxA, { password: '' })).rejects.toThrow(/not authorized/i);
    await expectService();
  });

  it('lets no box connect in the name of another', async () => {
    const victim = await box(boxA);
    const thief = await connectRaw(broker.boxes, { clientId: boxA, username: boxB, password: tokenOf(boxB) }).catch(
      () => undefined,
    );
    // Mosquitto lets it in, but under its own name.
    await thief?.end();
    await victim.client.publishAsync(upTopic(boxA, 'payment'), 'still here', { qos: 1 });
    await until(() => expect(cloudTexts()).toContain('still here'));
    expect(victim.client.connected).toBe(true);
  });

  it('gives the connection to the newer of two with the same id', async () => {
    const older = await box(boxA);
    const newer = await box(boxA);
    await older.closed;
    await newer.client.publishAsync(upTopic(boxA, 'payment'), 'newer', { qos: 1 });
    await until(() => expect(cloudTexts()).toEqual(['newer']));
  });

  it.each([
    ['as another box', upTopic(boxB, 'payment')],
    ['to another box', downTopic(boxB, 'payment')],
    ['to itself, as the cloud', downTopic(boxA, 'payment')],
    ['on an unknown channel', `scanpay/v1/${boxA}/up/other`],
    ['on an unknown topic', 'anything'],
    ['on $SYS', '$SYS/broker/clients/total'],
  ])('delivers nothing that a box publishes %s', async (_what, topic) => {
    const observer = await box(boxB);
    await subscribeRaw(observer, [downFilter(boxB)]);
    const a = await box(boxA);
    const self = a.received;
    await subscribeRaw(a, [downFilter(boxA)]);
    await Promise.race([a.client.publishAsync(topic, 'forged', { qos: 1 }).catch(() => undefined), a.closed]);
    observer.client.publish(upTopic(boxB, 'payment'), 'after', { qos: 1 });
    await until(() => expect(cloudTexts()).toContain('after'));
    expect(cloudTexts()).toEqual(['after']);
    expect([...observer.received, ...self].filter(({ retained }) => !retained)).toEqual([]);
    await expectService();
  });

  it.each([
    '#',
    '+/+/+/+/+',
    'scanpay/v1/+/down/+',
    'scanpay/v1/#',
    downFilter(boxB),
    downTopic(boxB, 'payment'),
    upFilter('payment'),
    '$SYS/#',
    `$share/g/${downFilter(boxB)}`,
  ])('shows a box nothing of others through %s', async (filter) => {
    const spy = await box(boxA);
    await subscribeRaw(spy, [filter]);
    const out = await connectCloud('out');
    await out.client.publishAsync(downTopic(boxB, 'payment'), 'secret', { qos: 1 });
    await out.client.publishAsync(downTopic(boxB, 'config'), 'secret', { qos: 1, retain: true });
    await expectService();
    // A message of its own, sent last, arrives: so the others would have.
    await subscribeRaw(spy, [downTopic(boxA, 'rejected')]);
    await out.client.publishAsync(downTopic(boxA, 'rejected'), 'own', { qos: 1 });
    await until(() => expect(spy.received.map(({ text }) => text)).toContain('own'));
    expect(spy.received.map(({ text }) => text)).not.toContain('secret');
    expect(spy.received.filter(({ topic }) => topic.startsWith('$SYS'))).toEqual([]);
  });

  it('never publishes a will on the topic of another', async () => {
    const will = { topic: upTopic(boxB, 'presence'), payload: Buffer.from('forged'), qos: 1, retain: true } as const;
    const a = await box(boxA, { will }).catch(() => undefined);
    a?.cut();
    await expectService();
    expect(cloudTexts()).not.toContain('forged');
  });

  it('keeps the cloud to its own side', async () => {
    const out = await connectCloud('out');
    await Promise.race([
      out.client.publishAsync(upTopic(boxA, 'payment'), 'forged', { qos: 1 }).catch(() => undefined),
      out.closed,
    ]);
    await expectService();
    expect(cloudTexts()).not.toContain('forged');
  });

  it('delivers no payload above 16 KiB, and 16 KiB', async () => {
    const a = await box(boxA);
    await a.client.publishAsync(upTopic(boxA, 'payment'), Buffer.alloc(16 * 1024, 'x'), { qos: 1 });
    await until(() => expect(cloudTexts().map((text) => text.length)).toEqual([16 * 1024]));
    for (const bytes of [16 * 1024 + 1, 1024 * 1024]) {
      const greedy = await box(boxA);
      await Promise.race([
        greedy.client
          .publishAsync(upTopic(boxA, 'payment'), Buffer.alloc(bytes, 'x'), { qos: 1 })
          .catch(() => undefined),
        greedy.closed,
      ]);
    }
    await expectService();
    expect(cloudTexts().filter((text) => text.length > 100).length).toBe(1);
  });

  it('closes a connection that announces a CONNECT of 256 MiB', async () => {
    const { socket, closed } = await openSocket(broker.boxes);
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
    const block = Buffer.alloc(64 * 1024);
    const pour = (): void => {
      while (!socket.destroyed && socket.write(block));
    };
    socket.on('drain', pour);
    pour();
    // What the kernel buffers of both sides hold, and not the 128 MiB that aedes would take.
    expect(await closed).toBeLessThan(16 * 1024 * 1024);
    await expectService();
  });

  it.each([
    ['garbage', Buffer.alloc(4096, '\xa5scanner', 'latin1')],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: broker\r\n\r\n')],
    ['a PUBLISH before CONNECT', Buffer.from([0x30, 0x05, 0x00, 0x01, 0x61, 0x62, 0x63])],
    ['an endless remaining length', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff])],
    [
      'a CONNECT with an unknown protocol',
      Buffer.from([0x10, 0x0c, 0x00, 0x04, 0x58, 0x58, 0x58, 0x58, 0x04, 0x02, 0x00, 0x3c, 0x00, 0x00]),
    ],
  ])('closes a connection that sends %s', async (_what, bytes) => {
    const { socket, closed } = await openSocket(broker.boxes);
    socket.write(bytes);
    await closed;
    await expectService();
  });

  it('outlives a box that vanishes in the middle of a packet', async () => {
    const a = await box(boxA);
    a.client.stream.write(Buffer.from([0x32, 0xff, 0x7f, 0x00, 0x10]));
    a.cut();
    await expectService();
  });
});
