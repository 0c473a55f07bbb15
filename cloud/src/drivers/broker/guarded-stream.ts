import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { PacketGuard } from './packet-guard.ts';

export interface GuardedStreamOptions {
  guard: PacketGuard;
  /** Bytes that may wait to be sent to a client that does not read; beyond them it is cut off. */
  maxOutboundBytes: number;
  scheduler: Scheduler;
  onRefused: (reason: string) => void;
}

export interface GuardedStream {
  /** What the broker reads and writes. */
  stream: Duplex;
  /** The client is authenticated; `trusted` (the cloud's own link) is never slowed down or cut off. */
  accept(options: { trusted: boolean }): void;
  /** Cuts the connection. */
  refuse(reason: string): void;
}

/** One segment for the pieces of a packet, although Nagle's algorithm is off. */
function writeTogether(socket: Socket, chunks: Uint8Array[]): void {
  socket.cork();
  for (const chunk of chunks) socket.write(chunk);
  socket.uncork();
}

/** Stands between a socket and the broker: nothing reaches the broker's parser that breaks a limit. */
export function guardStream(socket: Socket, options: GuardedStreamOptions): GuardedStream {
  const { guard, scheduler } = options;
  let held: Uint8Array | undefined;
  let cancelRetry = (): void => undefined;
  let socketEnded = false;
  let trusted = false;

  const refuse = (reason: string): void => {
    if (stream.destroyed) return;
    options.onRefused(reason);
    stream.destroy();
  };

  const take = (chunk: Uint8Array): void => {
    const admission = guard.admit(chunk);
    if (admission.kind === 'refuse') {
      refuse(admission.reason);
      return;
    }
    const { bytes, retryInMs } = admission;
    const wantsMore = bytes === 0 || stream.push(chunk.subarray(0, bytes));
    if (bytes < chunk.length) {
      held = chunk.subarray(bytes);
      socket.pause();
      cancelRetry = scheduler.after(retryInMs, retry);
    } else if (socketEnded) {
      stream.push(null);
    } else if (wantsMore) {
      socket.resume();
    } else {
      socket.pause();
    }
  };

  const retry = (): void => {
    const chunk = held;
    held = undefined;
    if (chunk !== undefined && !stream.destroyed) take(chunk);
  };

  /** A box that does not read is cut off, so that the broker never waits for one; the cloud's link may be waited for. */
  const send = (chunks: Uint8Array[], done: () => void): void => {
    writeTogether(socket, chunks);
    if (!trusted && socket.writableLength > options.maxOutboundBytes) refuse('does not read what it is sent');
    if (trusted && socket.writableNeedDrain) socket.once('drain', done);
    else done();
  };

  const stream = new Duplex({
    read() {
      if (held === undefined) socket.resume();
    },
    write(chunk: Uint8Array, _encoding, done) {
      send([chunk], done);
    },
    writev(chunks, done) {
      send(
        chunks.map(({ chunk }) => chunk as Uint8Array),
        done,
      );
    },
    final(done) {
      socket.end(done);
    },
    destroy(error, done) {
      cancelRetry();
      held = undefined;
      socket.destroy();
      done(error);
    },
  });

  socket.on('data', take);
  socket.on('end', () => {
    socketEnded = true;
    if (held === undefined) stream.push(null);
  });
  socket.on('error', () => stream.destroy());
  socket.on('close', () => stream.destroy());

  return {
    stream,
    refuse,
    accept(grant) {
      trusted = grant.trusted;
      guard.accept({ unmetered: trusted });
    },
  };
}
