import { once } from 'node:events';
import { createServer } from 'node:tls';
import { connectRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import {
  createTestAuthority,
  isOpensslInstalled,
  type TestAuthority,
} from '@scanpay/shared/testing/test-certificates.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { downTopic, upTopic } from '@scanpay/shared/wire/topics.ts';
import { Aedes } from 'aedes';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { brokerKinds, type PlainBroker } from './testing/brokers.ts';
import { connectCloud, createUplink, deviceId, startUplink } from './testing/start-uplink.ts';

describe.each(brokerKinds)('createMqttUplink on $name', ({ missing, start }) => {
  let broker: PlainBroker;
  beforeEach(async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    broker = await start();
  });
  afterEach(async () => {
    await broker?.stop();
  });

  it('carries messages up and down', async () => {
    const cloud = await connectCloud(broker.address);
    const { uplink, received } = await startUplink(broker.address);
    expect(await uplink.publish('payment', 'request')).toBe('acknowledged');
    expect(await uplink.publish('reported', Buffer.from('configuration'), { retain: true })).toBe('acknowledged');
    await until(() =>
      expect(cloud.received).toEqual([
        { topic: upTopic(deviceId, 'presence'), text: 'online 1', retained: false },
        { topic: upTopic(deviceId, 'payment'), text: 'request', retained: false },
        { topic: upTopic(deviceId, 'reported'), text: 'configuration', retained: false },
      ]),
    );
    await cloud.client.publishAsync(downTopic(deviceId, 'payment'), 'result', { qos: 1 });
    await cloud.client.publishAsync(downTopic(deviceId, 'rejected'), 'no', { qos: 1 });
    await until(() =>
      expect(received).toEqual([
        { channel: 'payment', text: 'result', retained: false },
        { channel: 'rejected', text: 'no', retained: false },
      ]),
    );
  });

  it('finds its desired configuration and drops retained events', async () => {
    const cloud = await connectCloud(broker.address);
    await cloud.client.publishAsync(downTopic(deviceId, 'payment'), 'replay', { qos: 1, retain: true });
    await cloud.client.publishAsync(downTopic(deviceId, 'config'), 'desired', { qos: 1, retain: true });
    const { received, problems } = await startUplink(broker.address);
    await until(() => expect(received).toEqual([{ channel: 'config', text: 'desired', retained: true }]));
    await until(() => expect(problems).toEqual(['dropped a retained message on payment']));
  });

  it('leaves a retained birth behind, and at the end a retained farewell instead of a will', async () => {
    const { uplink, states } = await startUplink(broker.address);
    const early = await connectCloud(broker.address);
    await until(() => expect(early.received).toMatchObject([{ text: 'online 1', retained: true }]));
    await uplink.stop();
    await until(() => expect(early.received.map(({ text }) => text)).toEqual(['online 1', 'offline 1']));
    const late = await connectCloud(broker.address);
    await until(() => expect(late.received).toMatchObject([{ text: 'offline 1', retained: true }]));
    expect(states).toEqual(['connected', 'disconnected']);
  });

  it('publishes nothing while it is away, and repeats nothing afterwards', async () => {
    const { uplink, states, session } = createUplink(broker.address);
    expect(await uplink.publish('payment', 'before start')).toBe('not-sent');
    uplink.start();
    await until(() => expect(states).toEqual(['connected']));
    await broker.restart();
    await until(() => expect(states).toContain('disconnected'));
    const whileAway = states.length === 2 ? await uplink.publish('payment', 'while away') : 'not-sent';
    expect(whileAway).toBe('not-sent');
    await until(() => expect(states).toEqual(['connected', 'disconnected', 'connected']));
    const cloud = await connectCloud(broker.address);
    expect(await uplink.publish('payment', 'after')).toBe('acknowledged');
    await until(() => expect(cloud.received.map(({ text }) => text)).toEqual([`online ${session()}`, 'after']));
  });

  it('reaches the broker again with a new session, whose will is its own', async () => {
    const { states, session } = await startUplink(broker.address);
    await broker.restart();
    await until(() => expect(states).toEqual(['connected', 'disconnected', 'connected']));
    const second = session();
    expect(second).toBeGreaterThan(1);
    const cloud = await connectCloud(broker.address);
    await until(() => expect(cloud.received).toMatchObject([{ text: `online ${second}`, retained: true }]));
    // Takes the connection over, and so makes the broker publish the will.
    const thief = await connectRaw(broker.address, { clientId: deviceId });
    await until(() =>
      expect(cloud.received.slice(0, 3).map(({ text }) => text)).toEqual([
        `online ${second}`,
        `offline ${second}`,
        `online ${second + 1}`,
      ]),
    );
    await thief.closed;
  });

  it('refuses what is too large, and to retain an event', async () => {
    const { uplink } = await startUplink(broker.address);
    expect(await uplink.publish('payment', Buffer.alloc(16 * 1024))).toBe('acknowledged');
    await expect(uplink.publish('payment', Buffer.alloc(16 * 1024 + 1))).rejects.toMatchObject({ code: 'too_large' });
    await expect(uplink.publish('payment', 'x', { retain: true })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('createMqttUplink over TLS', () => {
  let authority: TestAuthority;
  let stranger: TestAuthority;
  beforeAll(() => {
    if (!isOpensslInstalled()) return;
    authority = createTestAuthority();
    stranger = createTestAuthority();
  });
  afterAll(() => {
    authority?.remove();
    stranger?.remove();
  });
  beforeEach((ctx) => {
    if (!isOpensslInstalled()) ctx.skip('openssl is not installed');
  });

  const startTlsBroker = async (): Promise<{ address: BrokerAddress; names: string[]; stop(): Promise<void> }> => {
    const names: string[] = [];
    const aedes = await Aedes.createBroker();
    const { cert, key } = authority.issue('broker', 'server');
    const server = createServer(
      { cert, key, ca: authority.ca, requestCert: true, rejectUnauthorized: true },
      (socket) => {
        names.push(socket.getPeerX509Certificate()?.subject ?? '');
        aedes.handle(socket);
      },
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    return {
      address: { host: '127.0.0.1', port, secure: true },
      names,
      async stop() {
        const closed = once(server, 'close');
        server.close();
        await new Promise<void>((resolve) => aedes.close(() => resolve()));
        await closed;
      },
    };
  };

  it('shows its certificate and checks the broker’s', async () => {
    const broker = await startTlsBroker();
    onTestFinished(() => broker.stop());
    const { cert, key } = authority.issue(deviceId, 'client');
    const { uplink } = await startUplink(broker.address, { tls: () => ({ ca: authority.ca, cert, key }) });
    expect(await uplink.publish('payment', 'request')).toBe('acknowledged');
    expect(broker.names).toEqual([`CN=${deviceId}`]);
    const fooled = createUplink(broker.address, { tls: () => ({ ca: stranger.ca, cert, key }) });
    fooled.uplink.start();
    await until(() => expect(fooled.problems[0]).toMatch(/self-signed certificate|unable to verify|local issuer/));
    expect(fooled.states).toEqual([]);
  });
});
