import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** Carries TCP to a port of this machine until it is cut, as a pulled cable cuts it: nothing passes and nothing ends. */
export interface SilentProxy {
  port: number;
  /** From now on swallows what comes, both ways, on connections old and new; none is closed. */
  cut(): void;
  /** As when the broker's machine goes down: ends every connection at once, and every new one until healed. */
  drop(): void;
  /** New connections pass again; the old ones stay silent. */
  heal(): void;
  stop(): Promise<void>;
}

export async function startSilentProxy(targetPort: number): Promise<SilentProxy> {
  let isCut = false;
  let isDropping = false;
  const sockets = new Set<Socket>();
  const carried = new Set<Socket>();
  const hold = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    return socket.setNoDelay(true);
  };
  const carry = (from: Socket, to: Socket): void => {
    carried.add(from);
    from.on('data', (chunk) => carried.has(from) && to.write(chunk));
    from.once('close', () => carried.has(from) && to.destroy());
  };
  const server = createServer((near) => {
    hold(near);
    if (isDropping) return void near.destroy();
    if (isCut) return void near.resume();
    const far = hold(createConnection(targetPort, '127.0.0.1'));
    carry(near, far);
    carry(far, near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut() {
      isCut = true;
      carried.clear();
    },
    drop() {
      isDropping = true;
      for (const socket of sockets) socket.destroy();
    },
    heal() {
      isCut = false;
      isDropping = false;
    },
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
