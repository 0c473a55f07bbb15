import { Socket as NetSocket, type Socket } from 'node:net';
import { type RawClient, subscribeRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { downFilter, downTopic, upTopic } from '@scanpay/shared/wire/topics.ts';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { boxA, boxB, brokerKinds, connectBox, type TestBroker } from '../broker/testing/brokers.ts';
import { createLink, startLink } from './testing/start-link.ts';

type BoxArguments = Parameters<typeof connectBox> extends [unknown, ...infer Rest] ? Rest : never;

async function box(broker: TestBroker, ...rest: BoxArguments): Promise<RawClient> {
  const client = await connectBox(broker.boxes, ...rest);
  onTestFinished(() => client.end());
  return client;
}

describe.each(brokerKinds)('createMqttDeviceLink on the $name broker', ({ name, missing, start }) => {
  let broker: TestBroker;
  beforeEach(async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    broker = await start();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await broker?.stop();
  });

  it('brings messages of all boxes, and publishes to one', async () => {
    const { link, received } = await startLink(broker.cloud);
    const [a, b] = [await box(broker, boxA), await box(broker, boxB)];
    for (const one of [a, b]) await subscribeRaw(one, [downFilter(one === a ? boxA : boxB)]);
    await a.client.publishAsync(upTopic(boxA, 'payment'), 'request', { qos: 1 });
    await b.client.publishAsync(upTopic(boxB, 'settlement'), 'answer', { qos: 1 });
    await until(() => expect(received).toHaveLength(2));
    expect(received).toContainEqual({
      deviceId: boxA,
      channel: 'payment',
      text: 'request',
      retained: false,
      duplicate: false,
    });
    expect(received).toContainEqual({
      deviceId: boxB,
      channel: 'settlement',
      text: 'answer',
      retained: false,
      duplicate: false,
    });
    await link.publish(boxA, 'payment', 'result');
    await link.publish(boxA, 'config', Buffer.from('configuration'), { retain: true });
    await until(() => expect(a.received.map(({ text }) => text)).toEqual(['result', 'configuration']));
    expect(b.received).toEqual([]);
    const later = await box(broker, boxA);
    await subscribeRaw(later, [downFilter(boxA)]);
    await until(() =>
      expect(later.received).toEqual([{ topic: downTopic(boxA, 'config'), text: 'configuration', retained: true }]),
    );
  });

  it('gets the retained presence of boxes that came before it', async () => {
    const a = await box(broker, boxA);
    await a.client.publishAsync(upTopic(boxA, 'presence'), 'online', { qos: 1, retain: true });
    const { received } = await startLink(broker.cloud);
    await until(() =>
      expect(received).toMatchObject([{ deviceId: boxA, channel: 'presence', text: 'online', retained: true }]),
    );
  });

  it('comes back after the broker has been away, and hears its boxes again', async () => {
    const { link, states, texts, problems } = await startLink(broker.cloud);
    await broker.restart();
    await until(() => expect(states).toEqual([true, false, true]));
    const a = await box(broker, boxA);
    await subscribeRaw(a, [downFilter(boxA)]);
    await a.client.publishAsync(upTopic(boxA, 'payment'), 'again', { qos: 1 });
    await until(() => expect(texts()).toEqual(['again']));
    await link.publish(boxA, 'payment', 'answer');
    await until(() => expect(a.received).toHaveLength(1));
    expect(problems.every(({ kind }) => kind === 'connection')).toBe(true);
    expect(problems).not.toEqual([]);
  });

  it('runs no more handlers than it may, and all in the end', async () => {
    let running = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const { texts } = await startLink(broker.cloud, { limits: { maxConcurrentHandlers: 3 } }, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running -= 1;
    });
    const a = await box(broker, boxA);
    const sent = Array.from({ length: 12 }, (_, index) => `m${index}`);
    await Promise.all(sent.map((text) => a.client.publishAsync(upTopic(boxA, 'payment'), text, { qos: 1 })));
    for (let finished = 0; finished < sent.length; finished += 1) {
      await until(() => expect(finish.length).toBe(Math.min(sent.length, finished + 3)));
      finish[finished]?.();
    }
    expect(texts()).toEqual(sent);
    expect(most).toBe(3);
  });

  it('can answer while all handlers are busy', async () => {
    const outcomes: string[] = [];
    const { link } = await startLink(broker.cloud, { limits: { maxConcurrentHandlers: 2 } }, async ({ deviceId }) => {
      await link.publish(deviceId, 'payment', 'result');
      outcomes.push('answered');
    });
    const a = await box(broker, boxA);
    await subscribeRaw(a, [downFilter(boxA)]);
    for (let index = 0; index < 20; index += 1) a.client.publish(upTopic(boxA, 'payment'), 'request', { qos: 1 });
    await until(() => expect(outcomes).toHaveLength(20));
    await until(() => expect(a.received).toHaveLength(20));
  });

  it('survives handlers that fail', async () => {
    const { texts, problems } = await startLink(broker.cloud, {}, ({ payload }) => {
      if (Buffer.from(payload).toString() === 'bad') throw new Error('handler broke');
    });
    const a = await box(broker, boxA);
    await a.client.publishAsync(upTopic(boxA, 'payment'), 'bad', { qos: 1 });
    await a.client.publishAsync(upTopic(boxA, 'payment'), 'good', { qos: 1 });
    await until(() => expect(texts()).toEqual(['bad', 'good']));
    await until(() => expect(problems).toEqual([{ kind: 'handler', detail: 'Error: handler broke' }]));
  });

  it('drops a retained payment, which would come back at every reconnect', async () => {
    const a = await box(broker, boxA);
    const published = a.client.publishAsync(upTopic(boxA, 'payment'), 'replay', { qos: 1, retain: true });
    // The embedded broker cuts it off; Mosquitto keeps the message.
    await Promise.race([published.catch(() => undefined), a.closed]);
    const b = await box(broker, boxB);
    await b.client.publishAsync(upTopic(boxB, 'presence'), 'online', { qos: 1, retain: true });
    const { texts, problems } = await startLink(broker.cloud);
    await until(() => expect(texts()).toEqual(['online']));
    const dropped =
      name === 'embedded' ? [] : [{ kind: 'dropped', detail: 'a retained message from box-a on payment' }];
    // What is retained comes in any order.
    await until(() => expect(problems).toEqual(dropped));
  });

  it('leaves Nagle off on every connection, also after a reconnect', async () => {
    const quick = new Set<Socket>();
    vi.spyOn(NetSocket.prototype, 'setNoDelay').mockImplementation(function (this: Socket) {
      quick.add(this);
      return this;
    });
    const connected: Socket[] = [];
    const connect = NetSocket.prototype.connect;
    vi.spyOn(NetSocket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
      connected.push(this);
      return Reflect.apply(connect, this, args) as Socket;
    });
    const { states } = await startLink(broker.cloud);
    await broker.restart();
    await until(() => expect(states).toEqual([true, false, true]));
    expect(connected.length).toBeGreaterThanOrEqual(4);
    const ours = connected.filter((socket) => socket.remotePort === broker.cloud.port);
    expect(ours.length).toBe(2);
    expect(ours.every((socket) => quick.has(socket))).toBe(true);
  });

  it('shares the work of a group only where the broker can', async () => {
    if (name === 'embedded') {
      const { link, problems } = createLink(broker.cloud, { sharedGroup: 'workers' });
      await link.start();
      await until(() => expect(problems[0]?.detail).toMatch(/the broker refuses \$share\/workers/));
      return;
    }
    const one = await startLink(broker.cloud, { sharedGroup: 'workers', name: 'one' });
    const two = await startLink(broker.cloud, { sharedGroup: 'workers', name: 'two' });
    const a = await box(broker, boxA);
    const sent = Array.from({ length: 20 }, (_, index) => `m${index}`);
    for (const text of sent) await a.client.publishAsync(upTopic(boxA, 'payment'), text, { qos: 1 });
    await a.client.publishAsync(upTopic(boxA, 'presence'), 'online', { qos: 1, retain: true });
    await until(() => expect([...one.texts(), ...two.texts()].filter((text) => text === 'online')).toHaveLength(2));
    const shared = [...one.texts(), ...two.texts()].filter((text) => text !== 'online');
    expect(shared.sort()).toEqual(sent.sort());
    expect(one.texts().length).toBeGreaterThan(1);
    expect(two.texts().length).toBeGreaterThan(1);
  });
});
