import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that Linux gives out by itself, to connections and to whoever listens on port 0 (32768 and up,
 * `ip_local_port_range`), and above those that services are known by: a port from here is not taken by chance while the
 * process that will listen on it, or listens on it again after a restart, is not there.
 */
const lowestPort = 10_240;
const highestPort = 32_767;
const maxTries = 100;

/** A TCP port of this machine's loopback that nobody listens on. */
export async function pickFreePort(): Promise<number> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const port = randomInt(lowestPort, highestPort + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port among ${maxTries}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
