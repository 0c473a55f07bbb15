import { Transform } from 'node:stream';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { ScanRejection } from '../../ports/scanner.ts';

export interface LineGuardOptions {
  scheduler: Scheduler;
  /** Longest line let through, without its end. */
  maxLineBytes: number;
  /** A line whose next byte does not come within this time is given up. */
  interByteTimeoutMs: number;
  onRejected(reason: ScanRejection, byteCount: number): void;
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * Stands between the serial port and `ReadlineParser`, which has no limit of its own: lets whole lines through, each
 * ended by LF whether it came with CR, LF or CRLF, and holds at most one line.
 */
export function createLineGuard(options: LineGuardOptions): Transform {
  const { scheduler, maxLineBytes, interByteTimeoutMs, onRejected } = options;
  const line = Buffer.alloc(maxLineBytes + 1);
  /** Bytes of the line so far; beyond `maxLineBytes` they are counted, not kept. */
  let byteCount = 0;
  let afterCarriageReturn = false;
  let cancelTimeout: (() => void) | undefined;

  const endLine = (guard: Transform): void => {
    if (byteCount > maxLineBytes) onRejected('too-long', byteCount);
    else if (byteCount > 0) {
      line[byteCount] = lineFeed;
      guard.push(Buffer.from(line.subarray(0, byteCount + 1)));
    }
    byteCount = 0;
  };

  const giveUpLine = (): void => {
    if (byteCount > 0) onRejected(byteCount > maxLineBytes ? 'too-long' : 'half-line', byteCount);
    byteCount = 0;
  };

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      cancelTimeout?.();
      for (const byte of chunk) {
        const endsCrLf = byte === lineFeed && afterCarriageReturn;
        afterCarriageReturn = byte === carriageReturn;
        if (endsCrLf) continue;
        if (byte === carriageReturn || byte === lineFeed) endLine(this);
        else {
          if (byteCount < maxLineBytes) line[byteCount] = byte;
          byteCount += 1;
        }
      }
      if (byteCount > 0) cancelTimeout = scheduler.after(interByteTimeoutMs, giveUpLine);
      done();
    },
    destroy(error, done) {
      cancelTimeout?.();
      giveUpLine();
      done(error);
    },
  });
}
