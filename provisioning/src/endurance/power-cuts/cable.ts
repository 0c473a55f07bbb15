import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/** The far end of a cable: it stays when the box goes, and the next QEMU is plugged into it. */
export interface Cable {
  readonly path: string;
  write(bytes: Uint8Array | string): void;
  close(): Promise<void>;
}

export async function layCable(folder: string, name: string, onData: (bytes: Buffer) => void): Promise<Cable> {
  const path = join(folder, `${name}.sock`);
  rmSync(path, { force: true });
  let plugged: Socket | null = null;
  const server: Server = createServer((socket) => {
    plugged = socket;
    socket.on('data', onData);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (plugged === socket) plugged = null;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    path,
    // Nobody at the other end: the bytes are lost, as on a wire.
    write: (bytes) => void plugged?.write(bytes),
    close() {
      plugged?.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
