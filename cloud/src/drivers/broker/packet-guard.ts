import type { Clock } from '@scanpay/shared/clock.ts';
import { createFrameScanner, type Frame, packetType } from '@scanpay/shared/wire/frame-scanner.ts';

export interface PacketLimits {
  /** Everything a client may send before it is authenticated; its CONNECT must fit. */
  maxConnectBytes: number;
  /** One packet of an authenticated client. */
  maxPacketBytes: number;
  /** Packets of any kind, per connection: this many at once, … */
  burstPackets: number;
  /** … and this many a second in the long run. */
  packetsPerSecond: number;
}

/** What may pass of a chunk. */
export type Admission =
  /** The first `bytes` of it; if that is not all, the rest may be offered again after `retryInMs`. */
  { kind: 'pass'; bytes: number; retryInMs: number } | { kind: 'refuse'; reason: string };

/** Holds one client to the limits, by the fixed headers of its packets alone. */
export interface PacketGuard {
  /** The client is authenticated. `unmetered` lifts the rate limit: the cloud's own link carries all boxes at once. */
  accept(options: { unmetered: boolean }): void;
  admit(chunk: Uint8Array): Admission;
}

/**
 * A client that sends too fast is slowed down, not cut off: a box that comes back after an outage has much to tell.
 * Reading from its socket stops, so what waits is one chunk here and the kernel's buffers there.
 */
export function createPacketGuard(limits: PacketLimits, clock: Clock): PacketGuard {
  const scanner = createFrameScanner();
  let accepted = false;
  let metered = true;
  let connectSeen = false;
  let bytesBeforeAccept = 0;
  /** In thousandths of a packet: what a millisecond brings is then a whole number. */
  const fullCredit = limits.burstPackets * 1000;
  let credit = fullCredit;
  let refilledAtMs = clock.nowMs();

  /** Milliseconds until a packet may begin; 0: now, and it is paid for. */
  const payForPacket = (): number => {
    if (!metered) return 0;
    const nowMs = clock.nowMs();
    // The wall clock may have been set back.
    const elapsedMs = Math.max(0, nowMs - refilledAtMs);
    credit = Math.min(fullCredit, credit + elapsedMs * limits.packetsPerSecond);
    refilledAtMs = nowMs;
    if (credit < 1000) return Math.ceil((1000 - credit) / limits.packetsPerSecond);
    credit -= 1000;
    return 0;
  };

  const checkFrame = (frame: Frame): string | undefined => {
    if (!connectSeen && frame.packetType !== packetType.connect) return 'the first packet is no CONNECT';
    if (connectSeen && frame.packetType === packetType.connect) return 'a second CONNECT';
    connectSeen = true;
    const limit = accepted ? limits.maxPacketBytes : limits.maxConnectBytes;
    return frame.packetBytes > limit ? `a packet of ${frame.packetBytes} bytes` : undefined;
  };

  /** Goes on to the next packet boundary at which the credit is used up; a text says why the client is refused. */
  const scan = (chunk: Uint8Array): { offset: number; retryInMs: number } | string => {
    let offset = 0;
    while (offset < chunk.length) {
      const retryInMs = scanner.atBoundary() ? payForPacket() : 0;
      if (retryInMs > 0) return { offset, retryInMs };
      const step = scanner.advance(chunk, offset);
      if (step.malformed) return 'malformed packet';
      const reason = step.frame && checkFrame(step.frame);
      if (reason !== undefined) return reason;
      offset = step.offset;
    }
    return { offset, retryInMs: 0 };
  };

  return {
    accept({ unmetered }) {
      accepted = true;
      metered = !unmetered;
    },
    admit(chunk) {
      const scanned = scan(chunk);
      if (typeof scanned === 'string') return { kind: 'refuse', reason: scanned };
      if (!accepted) bytesBeforeAccept += scanned.offset;
      if (!accepted && bytesBeforeAccept > limits.maxConnectBytes) {
        return { kind: 'refuse', reason: 'too much before CONNACK' };
      }
      return { kind: 'pass', bytes: scanned.offset, retryInMs: scanned.retryInMs };
    },
  };
}
