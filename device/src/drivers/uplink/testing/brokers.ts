import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import { isMosquittoInstalled, startMosquitto } from '@scanpay/shared/testing/mosquitto-process.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { Aedes, type AedesOptions } from 'aedes';

/** A broker without rules: those are the cloud's business, and tried there. */
export interface PlainBroker {
  address: BrokerAddress;
  stop(): Promise<void>;
  /** Ends the broker and starts it anew on the same port, all states lost. */
  restart(): Promise<void>;
}

export interface BrokerKind {
  name: string;
  /** Why it cannot be tried here. */
  missing: string | undefined;
  start(): Promise<PlainBroker>;
}

interface Running {
  server: Server;
  stop(): Promise<void>;
}

async function runAedes(port: number, options: AedesOptions): Promise<Running> {
  const aedes = await Aedes.createBroker(options);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    aedes.handle(socket.setNoDelay(true));
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await closed;
    },
  };
}

export async function startAedes(options: AedesOptions = {}): Promise<PlainBroker> {
  const port = await pickFreePort();
  let running = await runAedes(port, options);
  return {
    address: { host: '127.0.0.1', port, secure: false },
    stop: () => running.stop(),
    async restart() {
      await running.stop();
      running = await runAedes(port, options);
    },
  };
}

async function startPlainMosquitto(): Promise<PlainBroker> {
  const directory = await mkdtemp(join(tmpdir(), 'mosquitto-'));
  const port = await pickFreePort();
  const configPath = join(directory, 'mosquitto.conf');
  await writeFile(configPath, `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`);
  let child = await startMosquitto(configPath, [port]);
  return {
    address: { host: '127.0.0.1', port, secure: false },
    async stop() {
      await child.stop();
      await rm(directory, { recursive: true, force: true });
    },
    async restart() {
      await child.stop();
      child = await startMosquitto(configPath, [port]);
    },
  };
}

export const brokerKinds: BrokerKind[] = [
  { name: 'aedes', missing: undefined, start: () => startAedes() },
  {
    name: 'mosquitto',
    missing: isMosquittoInstalled() ? undefined : 'the Debian package mosquitto is not installed',
    start: startPlainMosquitto,
  },
];
