import { createEmbeddedBroker } from '@scanpay/cloud/drivers/broker/embedded-broker.ts';
import { createTokenAuthenticate } from '@scanpay/cloud/drivers/broker/token-authenticate.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { connectRaw, type RawClient } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import type { OutsideBroker } from '../demo/world.ts';

const username = 'cloud';

/** The cloud's own broker, run here: so the cloud's password is known to whoever wants to speak in its name. */
export async function startOwnBroker(tokens: ReadonlyMap<string, string>, cloudToken: string): Promise<OutsideBroker> {
  const broker = createEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    authenticate: createTokenAuthenticate({ cloudToken, findToken: async (deviceId) => tokens.get(deviceId) }),
    scheduler: systemScheduler,
    onNotice: () => undefined,
  });
  const { port } = await broker.start();
  const url = `mqtt://127.0.0.1:${port}`;
  return { cloud: { url, username, password: cloudToken }, boxPort: port, stop: () => broker.stop() };
}

/** A client with the cloud's rights at the broker, and none of its keys. */
export function connectAsCloud(port: number, cloudToken: string): Promise<RawClient> {
  const address = { host: '127.0.0.1', port, secure: false };
  return connectRaw(address, { clientId: 'cloud-mallory', username, password: cloudToken });
}
