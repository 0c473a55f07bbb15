import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connectRaw, openSocket, type RawClient, subscribeRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { downFilter, downTopic, upFilter, upTopic } from '@scanpay/shared/wire/topics.ts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEmbeddedBroker } from './embedded-broker.ts';
import { boxA, boxB, cloudToken, connectBox, startEmbedded, type TestBroker, tokenOf } from './testing/brokers.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(...args: Parameters<typeof startEmbedded>): Promise<TestBroker> {
  const broker = await startEmbedded(...args);
  stops.push(broker.stop);
  return broker;
}

async function connectCloud(broker: TestBroker): Promise<RawClient> {
  const cloud = await connectRaw(broker.cloud, { clientId: 'cloud-test-in', username: 'cloud', password: cloudToken });
  stops.push(cloud.end);
  return cloud;
}

async function box(
  broker: TestBroker,
  ...rest: Parameters<typeof connectBox> extends [unknown, ...infer Rest] ? Rest : never
) {
  const client = await connectBox(broker.boxes, ...rest);
  stops.push(client.end);
  return client;
}

describe('createEmbeddedBroker', () => {
  it('cuts a socket that sends no CONNECT, one that stops in the middle, and one whose CONNECT is refused', async () => {
    const scheduler = createVirtualScheduler();
    const broker = await start({ acceptDeadlineMs: 10_000 }, scheduler);
    const silent = await openSocket(broker.boxes);
    const halfWay = await openSocket(broker.boxes);
    halfWay.socket.write(Buffer.from([0x10, 0x20, 0x00, 0x04]));
    const accepted = await box(broker, boxA);
    expect(silent.socket.destroyed || halfWay.socket.destroyed).toBe(false);
    scheduler.advance(10_000);
    await Promise.all([silent.closed, halfWay.closed]);
    expect(broker.notices.map(({ detail }) => detail)).toEqual([
      'no successful CONNECT in time',
      'no successful CONNECT in time',
    ]);
    expect(accepted.client.connected).toBe(true);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('cuts a client whose authentication takes too long, and refuses one whose authentication fails', async () => {
    const scheduler = createVirtualScheduler();
    const notices: unknown[] = [];
    let calls = 0;
    const broker = createEmbeddedBroker({
      host: '127.0.0.1',
      port: 0,
      scheduler,
      onNotice: (notice) => notices.push(notice),
      authenticate: ({ clientId }) => {
        calls += 1;
        return clientId === boxA ? new Promise(() => undefined) : Promise.reject(new Error('database away'));
      },
    });
    const { port } = await broker.start();
    stops.push(broker.stop);
    const address = { host: '127.0.0.1', port, secure: false };
    await expect(connectBox(address, boxB)).rejects.toThrow(/server unavailable/i);
    const waiting = connectBox(address, boxA);
    waiting.catch(() => undefined);
    await until(() => expect(calls).toBe(2));
    scheduler.advance(10_000);
    await expect(waiting).rejects.toThrow();
    expect(notices).toMatchObject([
      { kind: 'failed', detail: 'authentication: Error: database away' },
      { kind: 'refused', detail: 'no successful CONNECT in time' },
    ]);
  });

  it('takes no more before CONNACK than one CONNECT may be long', async () => {
    const broker = await start({ maxConnectBytes: 1000, burstPackets: 10_000 });
    const { socket, closed } = await openSocket(broker.boxes);
    socket.write(Buffer.from([0x10, 0xe6, 0x07]));
    await closed;
    expect(broker.notices).toMatchObject([
      { kind: 'refused', detail: 'a packet of 1001 bytes', remoteAddress: '127.0.0.1' },
    ]);
    const connect = Buffer.from([
      0x10, 0x11, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 30, 0, 5, 0x62, 0x6f, 0x78, 0x2d, 0x61,
    ]);
    const chatty = await openSocket(broker.boxes);
    chatty.socket.write(Buffer.concat([connect, Buffer.alloc(2000, Buffer.from([0xc0, 0x00]))]));
    await chatty.closed;
    expect(broker.notices.map(({ detail }) => detail)).toContain('too much before CONNACK');
  });

  it('refuses an id of somebody else, a stored session, a foreign will, no keep-alive and MQTT 5 with their codes', async () => {
    const broker = await start();
    const owner = { username: boxA, password: tokenOf(boxA) };
    await expect(connectRaw(broker.boxes, { ...owner, clientId: boxB })).rejects.toThrow(/identifier rejected/i);
    await expect(connectRaw(broker.boxes, { ...owner, clientId: 'cloud-main-in' })).rejects.toThrow(
      /identifier rejected/i,
    );
    await expect(connectRaw(broker.boxes, { username: 'cloud', password: cloudToken, clientId: boxA })).rejects.toThrow(
      /identifier rejected/i,
    );
    await expect(box(broker, boxA, { clean: false })).rejects.toThrow(/identifier rejected/i);
    const will = { topic: upTopic(boxB, 'presence'), payload: Buffer.from('x'), qos: 1, retain: true } as const;
    await expect(box(broker, boxA, { will })).rejects.toThrow(/identifier rejected/i);
    await expect(box(broker, boxA, { will: { ...will, topic: upTopic(boxA, 'payment') } })).rejects.toThrow(
      /identifier rejected/i,
    );
    await expect(box(broker, boxA, { keepalive: 0 })).rejects.toThrow();
    await expect(box(broker, boxA, { protocolVersion: 5 })).rejects.toThrow(
      /unacceptable protocol version|unsupported protocol/i,
    );
    await (await box(broker, boxA, { will: { ...will, topic: upTopic(boxA, 'presence') } })).end();
  });

  it('answers a forbidden subscription with 128 and an allowed one beside it with 1', async () => {
    const broker = await start();
    const a = await box(broker, boxA);
    expect(
      await subscribeRaw(a, [downFilter(boxA), downFilter(boxB), '#', '$SYS/#', downTopic(boxA, 'payment')]),
    ).toEqual([1, 128, 128, 128, 1]);
    const cloud = await connectCloud(broker);
    expect(
      await subscribeRaw(cloud, [upFilter('payment'), '#', downFilter(boxA), `$share/g/${upFilter('payment')}`]),
    ).toEqual([1, 128, 128, 128]);
  });

  it.each([
    ['on another box’s topic', { topic: upTopic(boxB, 'payment') }],
    ['retained where nothing is a state', { topic: upTopic(boxA, 'payment'), retain: true }],
    ['with QoS 2', { topic: upTopic(boxA, 'payment'), qos: 2 }],
    ['of 16 KiB and one byte', { topic: upTopic(boxA, 'payment'), bytes: 16 * 1024 + 1 }],
  ] as const)('disconnects a box that publishes %s, without a PUBACK', async (_what, attempt) => {
    const {
      topic,
      retain = false,
      qos = 1,
      bytes = 1,
    }: { topic: string; retain?: boolean; qos?: 1 | 2; bytes?: number } = attempt;
    const broker = await start();
    const a = await box(broker, boxA);
    const acknowledged = vi.fn();
    a.client.publish(topic, Buffer.alloc(bytes), { qos, retain }, (error) => error || acknowledged());
    await a.closed;
    expect(acknowledged).not.toHaveBeenCalled();
    expect(broker.notices).toMatchObject([
      { kind: 'refused', clientId: boxA, detail: expect.stringMatching(/^publish: /) },
    ]);
    expect((await box(broker, boxB)).client.connected).toBe(true);
  });

  it('slows a flooding box down to its rate, and serves the others meanwhile', async () => {
    const scheduler = createVirtualScheduler();
    // Of the burst, CONNECT takes one.
    const broker = await start({ burstPackets: 21, packetsPerSecond: 10 }, scheduler);
    const cloud = await connectCloud(broker);
    await subscribeRaw(cloud, [upFilter('payment')]);
    const flood = await box(broker, boxA);
    for (let count = 0; count < 500; count += 1) flood.client.publish(upTopic(boxA, 'payment'), 'flood', { qos: 1 });
    const count = (text: string) => cloud.received.filter((message) => message.text === text).length;
    await until(() => expect(count('flood')).toBe(20));
    const honest = await box(broker, boxB);
    await honest.client.publishAsync(upTopic(boxB, 'payment'), 'honest', { qos: 1 });
    await until(() => expect(count('honest')).toBe(1));
    expect(count('flood')).toBe(20);
    for (let tick = 0; tick < 20; tick += 1) {
      scheduler.advance(100);
      await until(() => expect(count('flood')).toBe(21 + tick));
    }
    expect(flood.client.connected).toBe(true);
  });

  it('takes no more connections than it may', async () => {
    const broker = await start({ maxConnections: 2 });
    const first = await box(broker, boxA);
    await openSocket(broker.boxes);
    const third = await openSocket(broker.boxes);
    await third.closed;
    expect(broker.notices).toEqual([{ kind: 'refused', detail: 'more than 2 connections' }]);
    expect(first.client.connected).toBe(true);
  });

  it('cuts a box off that does not read, without holding up the rest', async () => {
    const broker = await start({ maxOutboundBytes: 64 * 1024 });
    const deaf = await box(broker, boxA);
    await subscribeRaw(deaf, [downFilter(boxA)]);
    const honest = await box(broker, boxB);
    await subscribeRaw(honest, [downFilter(boxB)]);
    const cloud = await connectCloud(broker);
    deaf.client.stream.pause();
    deaf.client.stream.unpipe();
    const payload = Buffer.alloc(16 * 1024);
    for (let sent = 0; broker.notices.length === 0; sent += 1) {
      expect(sent).toBeLessThan(5000);
      await cloud.client.publishAsync(downTopic(boxA, 'payment'), payload, { qos: 1 });
    }
    expect(broker.notices).toMatchObject([
      { kind: 'refused', clientId: boxA, detail: 'does not read what it is sent' },
    ]);
    await cloud.client.publishAsync(downTopic(boxB, 'payment'), 'served', { qos: 1 });
    await until(() => expect(honest.received.map(({ text }) => text)).toEqual(['served']));
  });

  it('outlives every malformed body that fits into a frame', async () => {
    const broker = await start();
    const connect = (id: string) => {
      const token = tokenOf(id);
      const field = (text: string) => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
      const body = Buffer.concat([field('MQTT'), Buffer.from([4, 0xc2, 0, 30]), field(id), field(id), field(token)]);
      return Buffer.concat([Buffer.from([0x10, body.length]), body]);
    };
    const disconnect = Buffer.from([0xe0, 0x00]);
    const frame = (first: number, body: Buffer) => Buffer.concat([Buffer.from([first, body.length]), body]);
    for (let first = 0; first < 256; first += 1) {
      for (const bytes of [0, 1, 2, 5, 40]) {
        const noise = createHash('sha512').update(`${first} ${bytes}`).digest();
        const malformed = frame(first, noise.subarray(0, bytes));
        const stranger = await openSocket(broker.boxes);
        stranger.socket.end(malformed);
        const known = await openSocket(broker.boxes);
        known.socket.write(connect(boxA));
        const [connack] = (await once(known.socket, 'data')) as [Buffer];
        expect([...connack]).toEqual([0x20, 2, 0, 0]);
        known.socket.write(Buffer.concat([malformed, disconnect]));
        await Promise.all([stranger.closed, known.closed]);
      }
    }
    const mutated = connect(boxA);
    for (let at = 2; at < mutated.length; at += 1) {
      const copy = Buffer.from(mutated);
      copy[at] = copy[at]! ^ 0xff;
      const { socket, closed } = await openSocket(broker.boxes);
      socket.end(copy);
      await closed;
    }
    expect((await box(broker, boxB)).client.connected).toBe(true);
  });

  it('can be started again after a stop, and leaves no timer and no connection behind', async () => {
    const scheduler = createVirtualScheduler();
    const broker = await startEmbedded({}, scheduler);
    const a = await connectBox(broker.boxes, boxA);
    await openSocket(broker.boxes);
    await broker.restart();
    await a.closed;
    await (await connectBox(broker.boxes, boxA)).end();
    await broker.stop();
    expect(scheduler.pendingCount()).toBe(0);
    await expect(connectBox(broker.boxes, boxA)).rejects.toThrow();
  });

  it('reports a port that is taken', async () => {
    const broker = await start();
    const second = createEmbeddedBroker({
      ...broker.boxes,
      authenticate: () => Promise.reject(new Error('not called')),
      scheduler: createVirtualScheduler(),
      onNotice: () => undefined,
    });
    await expect(second.start()).rejects.toThrow(/EADDRINUSE/);
  });
});
