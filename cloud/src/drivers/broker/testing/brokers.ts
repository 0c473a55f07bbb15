import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { startOnFreePorts } from '@scanpay/shared/testing/free-port.ts';
import { isMosquittoInstalled, startMosquitto } from '@scanpay/shared/testing/mosquitto-process.ts';
import { connectRaw, type RawClient } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import type { BrokerNotice } from '../../../ports/broker.ts';
import { type BrokerLimits, createEmbeddedBroker } from '../embedded-broker.ts';
import { writeMosquittoFiles } from '../mosquitto-config.ts';
import { createTokenAuthenticate } from '../token-authenticate.ts';

const boxes = ['box-a', 'box-b'] as DeviceId[];
export const [boxA, boxB] = boxes as [DeviceId, DeviceId];
export const cloudToken = 'cloud-token';
export const tokenOf = (deviceId: string): string => `token-of-${deviceId}`;

/** A broker that knows the two boxes above and the cloud. */
export interface TestBroker {
  /** Where boxes connect. */
  boxes: BrokerAddress;
  /** Where the cloud's link connects. */
  cloud: BrokerAddress;
  notices: BrokerNotice[];
  stop(): Promise<void>;
  /** Ends the broker and starts it anew on the same ports, all states lost. */
  restart(): Promise<void>;
}

export interface BrokerKind {
  name: 'embedded' | 'mosquitto';
  /** Why it cannot be tried here. */
  missing: string | undefined;
  start(): Promise<TestBroker>;
}

export async function startEmbedded(
  limits: Partial<BrokerLimits> = {},
  scheduler: Scheduler = systemScheduler,
): Promise<TestBroker> {
  const notices: BrokerNotice[] = [];
  const create = (port: number) =>
    createEmbeddedBroker({
      host: '127.0.0.1',
      port,
      authenticate: createTokenAuthenticate({
        cloudToken,
        findToken: async (deviceId) => (boxes.includes(deviceId) ? tokenOf(deviceId) : undefined),
      }),
      limits,
      scheduler,
      onNotice: (notice) => notices.push(notice),
    });
  let broker = create(0);
  const { port } = await broker.start();
  const address = { host: '127.0.0.1', port, secure: false };
  return {
    boxes: address,
    cloud: address,
    notices,
    stop: () => broker.stop(),
    async restart() {
      await broker.stop();
      broker = create(port);
      await broker.start();
    },
  };
}

async function startConfiguredMosquitto(): Promise<TestBroker> {
  const directory = await mkdtemp(join(tmpdir(), 'mosquitto-'));
  const host = '127.0.0.1';
  const runAs = process.getuid?.() === 0 ? 'root' : undefined;
  const tokens = new Map(boxes.map((box) => [box, tokenOf(box)]));
  const started = await startOnFreePorts(2, async (ports) => {
    const [boxPort = 0, cloudPort = 0] = ports;
    const cloud = { host, port: cloudPort, token: cloudToken };
    const configPath = await writeMosquittoFiles({ directory, runAs, boxes: { host, port: boxPort, tokens }, cloud });
    return { boxPort, cloudPort, configPath, child: await startMosquitto(configPath, ports) };
  });
  const { boxPort, cloudPort, configPath } = started;
  let { child } = started;
  return {
    boxes: { host, port: boxPort, secure: false },
    cloud: { host, port: cloudPort, secure: false },
    notices: [],
    async stop() {
      await child.stop();
      await rm(directory, { recursive: true, force: true });
    },
    async restart() {
      await child.stop();
      child = await startMosquitto(configPath, [boxPort, cloudPort]);
    },
  };
}

export const brokerKinds: BrokerKind[] = [
  { name: 'embedded', missing: undefined, start: () => startEmbedded() },
  {
    name: 'mosquitto',
    missing: isMosquittoInstalled() ? undefined : 'the Debian package mosquitto is not installed',
    start: startConfiguredMosquitto,
  },
];

export const testRandomBytes = (length: number): Uint8Array => randomBytes(length);

/** A box with its token, not through our own driver: honest or not as `options` say. */
export function connectBox(
  address: BrokerAddress,
  deviceId: DeviceId,
  options: Parameters<typeof connectRaw>[1] = {},
): Promise<RawClient> {
  return connectRaw(address, { clientId: deviceId, username: deviceId, password: tokenOf(deviceId), ...options });
}
