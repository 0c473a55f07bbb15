import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that Linux hands out by itself (`ip_local_port_range`, ip(7)): nobody is given one of these meanwhile. */
const [lowest, pastHighest] = [20_000, 32_000];
const mostTries = 50;

/** A TCP port of this machine's loopback that nobody listens on, for a server that has to be found there again. */
export async function pickFreePort(): Promise<number> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = randomInt(lowest, pastHighest);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port in ${mostTries} tries`);
}

/** Starts what is told its ports; should somebody else take one in between, it is tried again with others. */
export async function startOnFreePorts<T>(count: number, start: (ports: number[]) => Promise<T>): Promise<T> {
  for (let triesLeft = 2; ; triesLeft -= 1) {
    const ports: number[] = [];
    while (ports.length < count) ports.push(await pickFreePort());
    try {
      return await start(ports);
    } catch (error) {
      if (triesLeft === 0) throw error;
    }
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
