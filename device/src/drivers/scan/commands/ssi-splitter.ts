import { afterReading } from '@scanpay/shared/after-reading.ts';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { recogniseSsi } from './ssi-packet.ts';

export interface SsiSplitterOptions {
  scheduler: Scheduler;
  /** Silence after which a text or packet that was begun is over. */
  interByteTimeoutMs: number;
  /** A packet of the announced length, not checked. */
  onPacket(packet: Buffer): void;
  /** Everything else: scans in plain text. */
  onText(bytes: Buffer): void;
  /** A packet stopped half way. */
  onHalfPacket(byteCount: number): void;
}

export interface SsiSplitter {
  push(bytes: Buffer): void;
  /** Forgets what was begun. */
  reset(): void;
}

const lineFeed = 0x0a;
const endsLine = (byte: number): boolean => byte === 0x0d || byte === lineFeed || byte === 0x03;

/** Tells packets from plain text: a scanner with "Send Raw Decode Data" sends both on the same line. */
export function createSsiSplitter(options: SsiSplitterOptions): SsiSplitter {
  const { scheduler, interByteTimeoutMs, onPacket, onText, onHalfPacket } = options;
  let pending: Buffer = Buffer.alloc(0);
  /** Within a line of plain text, in which any byte may come. */
  let inText = false;
  /** After a line: an LF here is the second half of CRLF, not a packet of ten bytes. */
  let afterText = false;
  let cancelTimeout: (() => void) | undefined;

  const take = (byteCount: number): Buffer => {
    const taken = pending.subarray(0, byteCount);
    pending = pending.subarray(byteCount);
    return taken;
  };

  const takeText = (): void => {
    const endAt = pending.findIndex(endsLine);
    inText = endAt === -1;
    afterText = !inText;
    onText(take(inText ? pending.length : endAt + 1));
  };

  /** Whether something was taken. */
  const takeNext = (): boolean => {
    if (inText || (afterText && pending[0] === lineFeed)) {
      takeText();
      return true;
    }
    const kind = recogniseSsi(pending);
    if (kind === undefined) return false;
    if (kind === 'text') {
      takeText();
      return true;
    }
    if (pending.length < kind.packetBytes) return false;
    afterText = false;
    onPacket(take(kind.packetBytes));
    return true;
  };

  const onSilence = (): void => {
    inText = false;
    afterText = false;
    if (pending.length === 0) return;
    const rest = take(pending.length);
    if (recogniseSsi(rest) === undefined) onText(rest);
    else onHalfPacket(rest.length);
  };

  return {
    push(bytes) {
      cancelTimeout?.();
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
      while (pending.length > 0 && takeNext());
      if (pending.length > 0 || inText || afterText) {
        cancelTimeout = afterReading(scheduler, interByteTimeoutMs, onSilence);
      }
    },
    reset() {
      cancelTimeout?.();
      pending = Buffer.alloc(0);
      inText = false;
      afterText = false;
    },
  };
}
