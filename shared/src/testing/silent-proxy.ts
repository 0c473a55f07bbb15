import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** Carries TCP to a port of this machine until it is cut, as a pulled cable cuts it: nothing passes and nothing ends. */
export interface SilentProxy {
  port: number;
  /** From now on swallows what comes, both ways, on connections old and new; none is closed. */
  cut(): void;
  /** New connections pass again; the old ones stay silent. */
  heal(): void;
  stop(): Promise<void>;
}

export async function startSilentProxy(targetPort: number): Promise<SilentProxy> {
  let isCut = false;
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
    heal() {
      isCut = false;
    },
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
