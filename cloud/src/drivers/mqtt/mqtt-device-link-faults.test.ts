import { createServer, Socket as NetSocket, type Socket } from 'node:net';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { RawClient } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { downTopic, upTopic } from '@scanpay/shared/wire/topics.ts';
import { Aedes, type AedesOptions } from 'aedes';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { boxA, boxB, connectBox, startEmbedded, type TestBroker } from '../broker/testing/brokers.ts';
import { createLink, startLink } from './testing/start-link.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

async function embedded(): Promise<TestBroker> {
  const broker = await startEmbedded();
  onTestFinished(() => broker.stop());
  return broker;
}

/** Somebody else's broker, without any of our limits. */
async function startForeignBroker(options: AedesOptions = {}): Promise<BrokerAddress> {
  const aedes = await Aedes.createBroker(options);
  const server = createServer(aedes.handle).listen(0, '127.0.0.1');
  await until(() => expect(server.listening).toBe(true));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await closed;
  });
  const { port } = server.address() as { port: number };
  return { host: '127.0.0.1', port, secure: false };
}

async function box(broker: TestBroker, deviceId: DeviceId): Promise<RawClient> {
  const client = await connectBox(broker.boxes, deviceId);
  onTestFinished(() => client.end());
  return client;
}

describe('createMqttDeviceLink when things go wrong', () => {
  it('refuses to publish what is too large, what may not be retained, and anything while it is away', async () => {
    const broker = await embedded();
    const { link } = createLink(broker.cloud);
    await expect(link.publish(boxA, 'payment', 'early')).rejects.toMatchObject({ code: 'upstream_unavailable' });
    await link.start();
    await until(() => link.publish(boxA, 'payment', 'in time'));
    await link.publish(boxA, 'payment', Buffer.alloc(16 * 1024));
    await expect(link.publish(boxA, 'payment', Buffer.alloc(16 * 1024 + 1))).rejects.toMatchObject({
      code: 'too_large',
    });
    await expect(link.publish(boxA, 'payment', '', { retain: true })).rejects.toMatchObject({ code: 'invalid_input' });
    await link.stop();
    await expect(link.publish(boxA, 'payment', 'late')).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });

  it('gives up on a broker that accepts connections and says nothing', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
    onTestFinished(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    await until(() => expect(server.listening).toBe(true));
    const { port } = server.address() as { port: number };
    const scheduler = createVirtualScheduler();
    const { link, problems, states } = createLink({ host: '127.0.0.1', port, secure: false }, { scheduler });
    await link.start();
    await until(() => expect(sockets).toHaveLength(1));
    scheduler.advance(10_000);
    await until(() =>
      expect(problems).toEqual([{ kind: 'connection', detail: expect.stringMatching(/no answer to CONNECT/) }]),
    );
    await until(() => {
      scheduler.advance(100);
      expect(sockets.length).toBeGreaterThan(1);
    });
    await link.stop();
    expect(states).toEqual([]);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('acknowledges a message when its handler has finished, and not before', async () => {
    const acknowledged: number[] = [];
    const broker = await embedded();
    const finish: (() => void)[] = [];
    const { texts } = await startLink(broker.cloud, {}, () => new Promise<void>((resolve) => finish.push(resolve)));
    const write = NetSocket.prototype.write;
    vi.spyOn(NetSocket.prototype, 'write').mockImplementation(function (this: Socket, ...args: unknown[]) {
      const [chunk] = args as [Uint8Array];
      if (this.remotePort === broker.cloud.port && chunk[0] === 0x40 && chunk.length === 4)
        acknowledged.push(chunk[3]!);
      return Reflect.apply(write, this, args) as boolean;
    });
    const a = await box(broker, boxA);
    await a.client.publishAsync(upTopic(boxA, 'payment'), 'slow', { qos: 1 });
    await until(() => expect(texts()).toEqual(['slow']));
    // A second connection is served end to end in between: a PUBACK sent too early would be there by now.
    await (await box(broker, boxB)).client.publishAsync(upTopic(boxB, 'reported'), 'state', { qos: 1 });
    await until(() => expect(texts()).toEqual(['slow', 'state']));
    expect(acknowledged).toEqual([]);
    for (const release of finish) release();
    await until(() => expect(acknowledged).toHaveLength(2));
  });

  it('waits for running handlers when it stops, and can be started again', async () => {
    const broker = await embedded();
    let finish = (): void => undefined;
    let settled = false;
    const { link, states, texts } = await startLink(broker.cloud, {}, async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      settled = true;
    });
    const a = await box(broker, boxA);
    await a.client.publishAsync(upTopic(boxA, 'payment'), 'last', { qos: 1 });
    await until(() => expect(texts()).toEqual(['last']));
    const stopped = link.stop();
    await until(() => expect(states).toEqual([true, false]));
    expect(settled).toBe(false);
    finish();
    await stopped;
    expect(settled).toBe(true);
    await link.start();
    await until(() => expect(states).toEqual([true, false, true]));
  });

  it('drops what is too large or on a topic of nobody, and goes on', async () => {
    const address = await startForeignBroker();
    const { texts, problems } = await startLink(address);
    const a = await connectBox(address, boxA);
    onTestFinished(() => a.end());
    await a.client.publishAsync(upTopic(boxA, 'payment'), Buffer.alloc(16 * 1024 + 1), { qos: 1 });
    await a.client.publishAsync('scanpay/v1/Box_A/up/payment', 'who', { qos: 1 });
    await a.client.publishAsync(upTopic(boxA, 'payment'), 'fine', { qos: 1 });
    await until(() => expect(texts()).toEqual(['fine']));
    expect(problems).toEqual([
      { kind: 'dropped', detail: '16385 bytes from box-a on payment' },
      { kind: 'dropped', detail: 'a topic that is none of ours' },
    ]);
  });

  it('ends a connection on which megabytes are announced, and opens another', async () => {
    const address = await startForeignBroker();
    const { texts, problems, states } = await startLink(address);
    const a = await connectBox(address, boxA);
    onTestFinished(() => a.end());
    await a.client.publishAsync(upTopic(boxA, 'payment'), Buffer.alloc(2 * 1024 * 1024), { qos: 1 });
    await until(() => expect(states).toEqual([true, false, true]));
    expect(problems).toMatchObject([
      { kind: 'connection', detail: expect.stringMatching(/^in: a packet of 2097\d+ bytes/) },
    ]);
    await a.client.publishAsync(upTopic(boxA, 'payment'), 'fine', { qos: 1 });
    await until(() => expect(texts()).toEqual(['fine']));
  });

  it('rejects a publish whose PUBACK does not come in time, and the ones after it stand on their own', async () => {
    const held: (() => void)[] = [];
    const address = await startForeignBroker({
      authorizePublish: (_client, packet, done) => {
        if (packet.topic === downTopic(boxA, 'payment')) held.push(done);
        else done(null);
      },
    });
    const scheduler = createVirtualScheduler();
    const { link, states } = await startLink(address, { scheduler });
    const lost = link.publish(boxA, 'payment', 'held');
    await until(() => expect(held).toHaveLength(1));
    scheduler.advance(4999);
    const outcome = expect(lost).rejects.toMatchObject({ code: 'upstream_unavailable' });
    scheduler.advance(1);
    await outcome;
    await link.publish(boxB, 'payment', 'passes');
    held[0]?.();
    await link.publish(boxB, 'payment', 'passes');
    expect(states).toEqual([true]);
  });

  it('rejects at once what waits for a PUBACK when the connection is lost', async () => {
    const scheduler = createVirtualScheduler();
    const address = await startForeignBroker({ authorizePublish: (client, _packet) => client?.conn.destroy() });
    const { link } = await startLink(address, { scheduler });
    await expect(link.publish(boxA, 'payment', 'cut')).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });

  it('takes no more unacknowledged messages than it may', async () => {
    const address = await startForeignBroker({ authorizePublish: () => undefined });
    const scheduler = createVirtualScheduler();
    const { link } = await startLink(address, { scheduler, limits: { maxUnacknowledged: 2 } });
    const waiting = [link.publish(boxA, 'payment', '1'), link.publish(boxA, 'payment', '2')];
    let settled = false;
    const both = Promise.allSettled(waiting).then(() => {
      settled = true;
    });
    await expect(link.publish(boxA, 'payment', '3')).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(settled).toBe(false);
    scheduler.advance(5_000);
    await both;
  });
});
