import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { BrokerAddress } from '../wire/broker-url.ts';

export interface Received {
  topic: string;
  text: string;
  retained: boolean;
}

/** An ordinary MQTT client, honest or not. */
export interface RawClient {
  client: MqttClient;
  received: Received[];
  /** Resolves when the connection is gone. */
  closed: Promise<void>;
  end(): Promise<void>;
  /** Loses the connection without DISCONNECT. */
  cut(): void;
}

/** Connects once, without reconnect; rejects when the broker refuses. */
export async function connectRaw({ host, port, secure }: BrokerAddress, options: IClientOptions): Promise<RawClient> {
  const received: Received[] = [];
  const url = `${secure ? 'mqtts' : 'mqtt'}://${host}:${port}`;
  const client = connect(url, { reconnectPeriod: 0, keepalive: 30, connectTimeout: 20_000, ...options });
  // From the beginning: a broker may close, or send what it has, in one breath with its CONNACK.
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.on('message', (topic, payload, { retain }) =>
    received.push({ topic, text: payload.toString(), retained: retain }),
  );
  await untilConnected(client);
  return {
    client,
    received,
    closed,
    end: () => client.endAsync(true),
    cut: () => {
      client.stream.destroy();
    },
  };
}

async function untilConnected(client: MqttClient): Promise<void> {
  const connected = Promise.withResolvers<void>();
  const onClose = (): void => connected.reject(new Error('the broker closed the connection'));
  client
    .once('connect', () => connected.resolve())
    .once('error', connected.reject)
    .once('close', onClose);
  try {
    await connected.promise;
  } catch (error) {
    client.on('error', () => undefined).end(true);
    throw error;
  }
  client.off('error', connected.reject).off('close', onClose);
}

/** Resolves with the granted QoS of each filter, 128 for a refusal. */
export async function subscribeRaw({ client }: RawClient, filters: string[]): Promise<number[]> {
  const granted: number[] = [];
  const onPacket = (packet: { cmd: string; granted?: unknown }): void => {
    if (packet.cmd === 'suback') granted.push(...(packet.granted as number[]));
  };
  client.on('packetreceive', onPacket);
  await client.subscribeAsync(filters, { qos: 1 }).catch(() => undefined);
  client.off('packetreceive', onPacket);
  return granted;
}

export interface RawSocket {
  socket: Socket;
  /** Resolves with the number of bytes the other side took at most, when the connection is gone. */
  closed: Promise<number>;
}

/** A bare TCP connection. */
export async function openSocket({ host, port }: BrokerAddress): Promise<RawSocket> {
  const socket = createConnection({ host, port });
  socket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) => socket.once('close', () => resolve(socket.bytesWritten)));
  await once(socket, 'connect');
  socket.resume();
  return { socket, closed };
}
