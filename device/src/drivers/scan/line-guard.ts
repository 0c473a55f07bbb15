import { Transform } from 'node:stream';
import { afterReading } from '@scanpay/shared/after-reading.ts';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { ScanRejection } from '../../ports/scanner.ts';

export interface LineGuardOptions {
  scheduler: Scheduler;
  /** Longest line let through, without its end. */
  maxLineBytes: number;
  /** A line whose next byte does not come within this time is over. */
  interByteTimeoutMs: number;
  /** A line that is over without an end is a whole one: the scanner is set to send no end. Default: it is given up. */
  endsOnPause?: boolean;
  onRejected(reason: ScanRejection, byteCount: number): void;
}

const nul = 0x00;
const startOfText = 0x02;
const endOfText = 0x03;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** Ends of line that vendors offer: CR, LF, CRLF, and ETX, alone or before the others. */
const isLineEnd = (byte: number): boolean => byte === carriageReturn || byte === lineFeed || byte === endOfText;

/** What comes before a line and is none of it: STX as a prefix, and the NUL that a plug or a wake-up leaves. */
const isLineStart = (byte: number): boolean => byte === startOfText || byte === nul;

/**
 * Stands between the scanner and `ReadlineParser`, which has no limit of its own: lets whole lines through, each ended
 * by LF whatever it came with, and holds at most one line.
 */
export function createLineGuard(options: LineGuardOptions): Transform {
  const { scheduler, maxLineBytes, interByteTimeoutMs, endsOnPause = false, onRejected } = options;
  const line = Buffer.alloc(maxLineBytes + 1);
  /** Bytes of the line so far; beyond `maxLineBytes` they are counted, not kept. */
  let byteCount = 0;
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
        if (isLineEnd(byte)) endLine(this);
        else if (byteCount > 0 || !isLineStart(byte)) {
          if (byteCount < maxLineBytes) line[byteCount] = byte;
          byteCount += 1;
        }
      }
      if (byteCount > 0) {
        const endPause = endsOnPause ? () => endLine(this) : giveUpLine;
        cancelTimeout = afterReading(scheduler, interByteTimeoutMs, endPause);
      }
      done();
    },
    destroy(error, done) {
      cancelTimeout?.();
      giveUpLine();
      done(error);
    },
  });
}
