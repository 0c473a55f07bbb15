import { once } from 'node:events';
import { createConnection, createServer, Socket as NetSocket, type Socket } from 'node:net';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { downTopic, upTopic } from '@scanpay/shared/wire/topics.ts';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type PlainBroker, startAedes } from './testing/brokers.ts';
import { connectCloud, createUplink, deviceId, startUplink } from './testing/start-uplink.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

async function start(...args: Parameters<typeof startAedes>): Promise<PlainBroker> {
  const broker = await startAedes(...args);
  onTestFinished(() => broker.stop());
  return broker;
}

/** A network between box and broker that can fall silent without closing anything. */
async function startNetwork(broker: BrokerAddress) {
  const pairs: [Socket, Socket][] = [];
  let silent = false;
  let bytesToBox = 0;
  const server = createServer((box) => {
    const far = createConnection(broker);
    pairs.push([box, far]);
    box.on('data', (chunk) => silent || far.write(chunk));
    far.on('data', (chunk) => {
      bytesToBox += chunk.length;
      if (!silent) box.write(chunk);
    });
    for (const [socket, other] of [
      [box, far],
      [far, box],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('close', () => silent || other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of pairs.flat()) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as { port: number };
  return {
    address: { host: '127.0.0.1', port, secure: false },
    connections: () => pairs.length,
    bytesToBox: () => bytesToBox,
    fallSilent() {
      silent = true;
    },
    comeBack() {
      silent = false;
    },
  };
}

describe('createMqttUplink when things go wrong', () => {
  it('notices within three seconds that the network has fallen silent, and not while it answers', async () => {
    const broker = await start();
    const network = await startNetwork(broker.address);
    const scheduler = createVirtualScheduler();
    const { uplink, states, problems } = await startUplink(network.address, { scheduler });
    for (let period = 0; period < 10; period += 1) {
      const heard = network.bytesToBox();
      scheduler.advance(1000);
      scheduler.advance(500);
      await until(() => expect(network.bytesToBox()).toBeGreaterThan(heard));
      // Whatever the answer wakes up in this process has run when a publish has gone there and back.
      expect(await uplink.publish('payment', 'still here')).toBe('acknowledged');
    }
    expect(states).toEqual(['connected']);
    network.fallSilent();
    const inFlight = uplink.publish('payment', 'into silence');
    scheduler.advance(1500);
    expect(states).toEqual(['connected']);
    scheduler.advance(1499);
    await until(() => expect(states).toEqual(['connected', 'disconnected']));
    expect(await inFlight).toBe('not-sent');
    expect(problems).toEqual(['no answer to a ping within 1000 ms']);
    network.comeBack();
    await until(() => {
      scheduler.advance(25);
      expect(states).toEqual(['connected', 'disconnected', 'connected']);
    });
  });

  it('reports a publish that waited for its PUBACK when the connection broke, and never sends it again', async () => {
    let swallow = true;
    const broker = await start({
      authorizePublish(client, packet, done) {
        if (!swallow || packet.topic !== upTopic(deviceId, 'payment')) done(null);
        else client?.conn.destroy();
      },
    });
    const cloud = await connectCloud(broker.address);
    const { uplink, states } = await startUplink(broker.address);
    expect(await uplink.publish('payment', 'lost')).toBe('not-sent');
    swallow = false;
    await until(() => expect(states).toEqual(['connected', 'disconnected', 'connected']));
    expect(await uplink.publish('payment', 'next')).toBe('acknowledged');
    await until(() => expect(cloud.received.map(({ text }) => text)).toContain('next'));
    expect(cloud.received.map(({ text }) => text)).toEqual(['online 1', 'offline 1', 'online 2', 'next']);
  });

  it('does not wait for a PUBACK longer than its deadline, nor for more than 32 at once', async () => {
    const broker = await start({
      authorizePublish: (_client, packet, done) => {
        if (packet.topic !== upTopic(deviceId, 'payment')) done(null);
      },
    });
    const scheduler = createVirtualScheduler();
    const timing = { pingPeriodMs: 3_600_000, pingDeadlineMs: 3_600_000 };
    const { uplink, states } = await startUplink(broker.address, { scheduler, timing });
    const waiting = Array.from({ length: 32 }, () => uplink.publish('payment', 'x'));
    expect(await uplink.publish('payment', 'one too many')).toBe('not-sent');
    scheduler.advance(5000);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['not-sent']));
    expect(await uplink.publish('settlement', 'y')).toBe('acknowledged');
    expect(states).toEqual(['connected']);
    // This broker reads on only when it has decided about everything, so it will not see the DISCONNECT either.
    const stopped = uplink.stop();
    await until(() => {
      scheduler.advance(1000);
      expect(states).toEqual(['connected', 'disconnected']);
    });
    await stopped;
  });

  it('gives up on a broker that says nothing, and tries again later and later', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as { port: number };
    const scheduler = createVirtualScheduler();
    const startMs = scheduler.nowMs();
    const { uplink, problems, states } = createUplink(
      { host: '127.0.0.1', port, secure: false },
      {
        scheduler,
        randomBytes: () => Uint8Array.of(0, 0),
        timing: { firstReconnectDelayMs: 500, longestReconnectDelayMs: 15_000 },
      },
    );
    uplink.start();
    const attemptsAtMs: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await until(() => expect(sockets).toHaveLength(attempt + 1));
      attemptsAtMs.push(scheduler.nowMs() - startMs);
      scheduler.advance(10_000);
      await until(() => expect(problems).toHaveLength(attempt + 1));
      await until(() => expect(scheduler.pendingCount()).toBe(1));
      scheduler.advance(250 * 2 ** attempt);
    }
    expect(attemptsAtMs).toEqual([0, 10_250, 20_750, 31_750]);
    await uplink.stop();
    expect(problems[0]).toMatch(/no answer to CONNECT within 10000 ms/);
    expect(states).toEqual([]);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('says why a broker does not let it in', async () => {
    const broker = await start({
      authenticate: (_client, _username, _password, done) => done(null, false),
    });
    const { uplink, problems, states } = createUplink(broker.address);
    uplink.start();
    await until(() => expect(problems[0]).toMatch(/not authorized/i));
    expect(states).toEqual([]);
  });

  it('is not connected before its subscription is granted', async () => {
    const broker = await start({ authorizeSubscribe: (_client, _subscription, done) => done(null, null) });
    const cloud = await connectCloud(broker.address);
    const { uplink, problems, states } = createUplink(broker.address);
    uplink.start();
    await until(() => expect(problems[0]).toMatch(/the broker refuses scanpay\/v1\/box-a\/down\/\+/));
    expect(states).toEqual([]);
    expect(cloud.received).toEqual([]);
  });

  it('drops what it cannot use, and survives its own handlers', async () => {
    const broker = await start();
    const cloud = await connectCloud(broker.address);
    const problems: string[] = [];
    const texts: string[] = [];
    const { uplink } = createUplink(broker.address, {
      events: {
        onMessage({ payload }) {
          const text = Buffer.from(payload).toString();
          texts.push(text);
          if (text === 'bad') throw new Error('handler broke');
        },
        onState: () => undefined,
        onProblem: (detail) => problems.push(detail),
      },
    });
    uplink.start();
    await until(async () => expect(await uplink.publish('payment', 'x')).toBe('acknowledged'));
    problems.length = 0;
    await cloud.client.publishAsync(`scanpay/v1/${deviceId}/down/other`, 'x', { qos: 1 });
    await cloud.client.publishAsync(downTopic(deviceId, 'payment'), 'bad', { qos: 1 });
    await cloud.client.publishAsync(downTopic(deviceId, 'payment'), 'good', { qos: 1 });
    await until(() => expect(texts).toEqual(['bad', 'good']));
    expect(problems).toEqual([
      'dropped a message on a topic that is not ours',
      'a message handler failed: Error: handler broke',
    ]);
  });

  it('ends a session on which too large a packet is announced', async () => {
    const broker = await start();
    const cloud = await connectCloud(broker.address);
    const { states, problems, received } = await startUplink(broker.address);
    await cloud.client.publishAsync(downTopic(deviceId, 'payment'), Buffer.alloc(100_000), { qos: 1 });
    await until(() => expect(states).toEqual(['connected', 'disconnected', 'connected']));
    expect(problems).toEqual([expect.stringMatching(/^a packet of 1000\d\d bytes from the broker$/)]);
    expect(received).toEqual([]);
  });

  it('leaves Nagle off on every connection', async () => {
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
    const broker = await start();
    const { states } = await startUplink(broker.address);
    await broker.restart();
    await until(() => expect(states).toEqual(['connected', 'disconnected', 'connected']));
    expect(connected.length).toBeGreaterThanOrEqual(2);
    expect(connected.every((socket) => quick.has(socket))).toBe(true);
  });
});
