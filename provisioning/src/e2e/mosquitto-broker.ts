import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeMosquittoFiles } from '@scanpay/cloud/drivers/broker/mosquitto-config.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import { startMosquitto } from '@scanpay/shared/testing/mosquitto-process.ts';

const host = '127.0.0.1';

/** A real Mosquitto with our configuration: one listener for the boxes, one for the cloud. */
export async function startMosquittoBroker(tokens: ReadonlyMap<string, string>, cloudToken: string) {
  const directory = await mkdtemp(join(tmpdir(), 'mosquitto-day-'));
  const boxPort = await pickFreePort();
  const cloudPort = await pickFreePort();
  const configPath = await writeMosquittoFiles({
    directory,
    runAs: process.getuid?.() === 0 ? 'root' : undefined,
    boxes: { host, port: boxPort, tokens: tokens as ReadonlyMap<DeviceId, string> },
    cloud: { host, port: cloudPort, token: cloudToken },
  });
  let child = await startMosquitto(configPath, [boxPort, cloudPort]);
  return {
    cloud: { url: `mqtt://${host}:${cloudPort}`, username: 'cloud', password: cloudToken },
    boxPort,
    cloudPort,
    async restart(whileGone: () => Promise<void>): Promise<void> {
      await child.stop();
      await whileGone();
      child = await startMosquitto(configPath, [boxPort, cloudPort]);
    },
    async stop() {
      await child.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
