import { closeSync, write as writeFd, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';

/** A serial line without hardware: the code under test opens `path`, the test plays the instrument on the other end. */
export interface PtyPair {
  /** What to hand to `serialport`, e.g. `/dev/pts/7`. */
  readonly path: string;
  /** Sends bytes to whoever has `path` open; resolves once the kernel has taken them all. Rejects after `close()`. */
  write(bytes: Uint8Array | string): Promise<void>;
  /** Sends bytes in this very call, for who measures time; throws when the kernel does not take them all at once. */
  writeNow(text: string): void;
  /** Bytes written to `path`; those that came before the first listener are lost. Returns a function that stops it. */
  onData(callback: (bytes: Buffer) => void): () => void;
  /** Unplugs the line: a `serialport` that is reading sees `close` with `disconnected`. Idempotent. */
  close(): void;
}

/** The part of node-pty used here: openpty(3). Its own `open()` also reads from the slave end, taking bytes away. */
interface NativePty {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

const { requireBinary } = createRequire(import.meta.url)('@lydell/node-pty/requireBinary.js') as {
  requireBinary(file: 'pty.node'): NativePty;
};

/** While the reader is behind, how often to offer the rest again. */
const retryDelayMs = 2;

/**
 * Opens a pty pair whose line passes every byte unchanged both ways (no echo, no CR/LF mapping).
 *
 * The slave end stays open here, never read, so that raw mode lasts and the line does not hang up whenever the code
 * under test lets go of it.
 */
export async function openPtyPair(): Promise<PtyPair> {
  const native = requireBinary('pty.node').open(80, 24);
  const line = new ReadStream(native.slave);
  line.setRawMode(true);
  const master = new ReadStream(native.master);
  // Linux reports EIO when the line goes while a read is pending; the pair is gone then anyway.
  master.on('error', () => {});
  master.resume();

  let closed = false;
  let lastWrite: Promise<void> = Promise.resolve();
  return {
    path: native.pty,
    write(bytes) {
      const copy = Buffer.from(bytes as Uint8Array);
      lastWrite = lastWrite.catch(() => {}).then(() => writeAll(native.master, copy, () => closed));
      return lastWrite;
    },
    writeNow(text) {
      const written = writeSync(native.master, text);
      if (written !== Buffer.byteLength(text)) throw new Error(`the line took ${written} bytes`);
    },
    onData(callback) {
      master.on('data', callback);
      return () => master.off('data', callback);
    },
    close() {
      if (closed) return;
      closed = true;
      master.destroy();
      line.destroy();
      // libuv works on a descriptor of its own for a slave, and leaves the one it was given.
      closeSync(native.slave);
    },
  };
}

/** libuv would block the whole process on a full pty, reader included, so the descriptor is written to directly. */
async function writeAll(fd: number, bytes: Buffer, isClosed: () => boolean): Promise<void> {
  let offset = 0;
  while (offset < bytes.length) {
    if (isClosed()) throw new Error('the pty is closed');
    offset += await writeSome(fd, bytes, offset);
  }
}

function writeSome(fd: number, bytes: Buffer, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    writeFd(fd, bytes, offset, bytes.length - offset, null, (error, written) => {
      if (error === null) resolve(written);
      else if (error.code === 'EAGAIN') setTimeout(() => resolve(0), retryDelayMs);
      else reject(error);
    });
  });
}
