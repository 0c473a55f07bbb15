import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { startOnFreePorts } from '@scanpay/shared/testing/free-port.ts';
import { isMosquittoInstalled, startMosquitto } from '@scanpay/shared/testing/mosquitto-process.ts';
import { connectRaw, openSocket, subscribeRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import {
  createTestAuthority,
  isOpensslInstalled,
  type TestAuthority,
} from '@scanpay/shared/testing/test-certificates.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { downFilter, isDeviceId, upTopic } from '@scanpay/shared/wire/topics.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createEmbeddedBroker } from './embedded-broker.ts';
import { writeMosquittoFiles } from './mosquitto-config.ts';
import { boxA, boxB, cloudToken } from './testing/brokers.ts';

const missing = isOpensslInstalled() ? undefined : 'openssl is not installed';
let authority: TestAuthority;
let stranger: TestAuthority;
beforeAll(() => {
  if (missing !== undefined) return;
  authority = createTestAuthority();
  stranger = createTestAuthority();
});
afterAll(() => {
  authority?.remove();
  stranger?.remove();
});

/** The broker takes a box's identity from its certificate alone. */
async function startEmbeddedTls(scheduler = systemScheduler): Promise<BrokerAddress> {
  const { cert, key } = authority.issue('broker', 'server');
  const broker = createEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    tls: { cert, key, ca: authority.ca, requestCert: true, rejectUnauthorized: true },
    scheduler,
    onNotice: () => undefined,
    authenticate: async ({ peerCertificate }) => {
      const name = /^CN=(.*)$/m.exec(peerCertificate?.subject ?? '')?.[1] ?? '';
      return isDeviceId(name) ? accept(name) : refuse('device_unknown');
    },
  });
  const { port } = await broker.start();
  onTestFinished(() => broker.stop());
  return { host: '127.0.0.1', port, secure: true };
}

async function startMosquittoTls(): Promise<BrokerAddress> {
  const directory = await mkdtemp(join(tmpdir(), 'mosquitto-'));
  const { certFile, keyFile } = authority.issue('broker', 'server');
  const host = '127.0.0.1';
  const { boxPort, child } = await startOnFreePorts(2, async (ports) => {
    const [forBoxes = 0, forCloud = 0] = ports;
    const configPath = await writeMosquittoFiles({
      directory,
      runAs: process.getuid?.() === 0 ? 'root' : undefined,
      boxes: { host, port: forBoxes, tls: { caFile: authority.caFile, certFile, keyFile } },
      cloud: { host, port: forCloud, token: cloudToken },
    });
    return { boxPort: forBoxes, child: await startMosquitto(configPath, ports) };
  });
  onTestFinished(async () => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  });
  return { host, port: boxPort, secure: true };
}

const kinds = [
  { name: 'embedded', absent: missing, start: () => startEmbeddedTls() },
  {
    name: 'mosquitto',
    absent: missing ?? (isMosquittoInstalled() ? undefined : 'the Debian package mosquitto is not installed'),
    start: startMosquittoTls,
  },
];

describe.each(kinds)('$name broker with client certificates', ({ absent, start }) => {
  beforeEach((ctx) => {
    if (absent !== undefined) ctx.skip(absent);
  });

  it('knows a box by its certificate, and by nothing else', async () => {
    const address = await start();
    const { ca } = authority;
    const { cert, key } = authority.issue(boxA, 'client');
    const a = await connectRaw(address, { clientId: boxA, ca, cert, key });
    onTestFinished(() => a.end());
    expect(await subscribeRaw(a, [downFilter(boxA)])).toEqual([1]);
    await a.client.publishAsync(upTopic(boxA, 'payment'), 'request', { qos: 1 });
    // Another name in the packet does not make another box of it.
    const liar = await connectRaw(address, { clientId: boxB, username: boxB, password: 'x', ca, cert, key }).catch(
      () => undefined,
    );
    await liar?.end();
    const b = authority.issue(boxB, 'client');
    const other = await connectRaw(address, { clientId: boxB, ca, cert: b.cert, key: b.key });
    onTestFinished(() => other.end());
    await other.client.publishAsync(upTopic(boxB, 'payment'), 'request', { qos: 1 });
  });

  it('refuses no certificate and one of another CA', async () => {
    const address = await start();
    const { ca } = authority;
    await expect(connectRaw(address, { clientId: boxA, ca })).rejects.toThrow();
    const { cert, key } = stranger.issue(boxA, 'client');
    await expect(connectRaw(address, { clientId: boxA, ca, cert, key })).rejects.toThrow();
  });
});

describe('createEmbeddedBroker with TLS', () => {
  beforeEach((ctx) => {
    if (missing !== undefined) ctx.skip(missing);
  });

  it('refuses a certificate whose name is no device id', async () => {
    const address = await startEmbeddedTls();
    const { cert, key } = authority.issue('operator', 'client');
    await expect(connectRaw(address, { clientId: boxA, ca: authority.ca, cert, key })).rejects.toThrow(
      /not authorized/i,
    );
  });

  it('cuts a box that shows its certificate and then says nothing', async () => {
    // TLS goes by the machine's clock, so the test's begins there.
    const scheduler = createVirtualScheduler(Date.now());
    const address = await startEmbeddedTls(scheduler);
    const plain = await openSocket({ ...address, secure: false });
    plain.socket.write('GET / HTTP/1.1\r\n\r\n');
    await plain.closed;
    const { cert, key } = authority.issue(boxA, 'client');
    const socket = connect({ host: address.host, port: address.port, ca: authority.ca, cert, key });
    socket.on('error', () => undefined);
    // One until it must have connected, one until its certificate runs out.
    await until(() => expect(scheduler.pendingCount()).toBe(2));
    scheduler.advance(10_000);
    await until(() => expect(socket.closed).toBe(true));
  });
});
