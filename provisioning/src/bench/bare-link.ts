import { createConnection } from 'node:net';
import { MqttClient } from 'mqtt';

interface BareLinkOptions {
  brokerUrl: string;
  clientId: string;
  username: string;
  password: string;
  subscribe: string;
  onMessage(topic: string, payload: Buffer): void;
}

/** One bare mqtt.js client, QoS 1 both ways, TCP_NODELAY; the payloads are only carried. */
export async function openBareLink(options: BareLinkOptions) {
  const { hostname: host, port } = new URL(options.brokerUrl);
  const { clientId, username, password } = options;
  const client = new MqttClient(() => createConnection({ host, port: Number(port) }).setNoDelay(true), {
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    clientId,
    username,
    password,
  });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error(`the broker closes on ${clientId}`)));
  });
  client.on('message', options.onMessage);
  await client.subscribeAsync(options.subscribe, { qos: 1 });
  return {
    publish: (topic: string, payload: Buffer): void => void client.publish(topic, payload, { qos: 1 }),
    close: (): Promise<void> => client.endAsync(true),
  };
}
