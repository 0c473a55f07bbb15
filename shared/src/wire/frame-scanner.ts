/** MQTT control packet types (MQTT 3.1.1 §2.2.1), as far as a limit speaks of them. */
export const packetType = { connect: 1, publish: 3 } as const;

/** A packet whose fixed header has been read. */
export interface Frame {
  /** 1 CONNECT … 14 DISCONNECT; 0 and 15 are forbidden in MQTT 3.1.1. */
  packetType: number;
  /** Fixed header and remaining length together. */
  packetBytes: number;
}

export interface ScanStep {
  /** Where the scan stands in the chunk afterwards. */
  offset: number;
  /** Set when the step ended behind a fixed header; its body follows and is skipped by the next step. */
  frame?: Frame;
  /** The remaining length has more than four bytes (MQTT 3.1.1 §2.2.3): nothing after it can be understood. */
  malformed?: true;
}

/** Follows the packet boundaries of one direction of an MQTT connection without keeping a byte of it. */
export interface FrameScanner {
  /** The next byte begins a packet. */
  atBoundary(): boolean;
  /** Goes on from `offset` to behind the next fixed header, or to the end of the chunk. */
  advance(chunk: Uint8Array, offset: number): ScanStep;
}

/** An announced length can be refused the moment its header is read, before any of its bytes is stored. */
export function createFrameScanner(): FrameScanner {
  let stage: 'type' | 'length' | 'body' = 'type';
  let type = 0;
  let headerBytes = 0;
  let remainingBytes = 0;

  /** Takes one byte of the remaining length; true when it was the last. */
  const takeLengthByte = (byte: number): boolean => {
    remainingBytes += (byte & 0x7f) * 2 ** (7 * (headerBytes - 1));
    headerBytes += 1;
    return byte < 0x80;
  };

  const endHeader = (): Frame => {
    const packetBytes = headerBytes + remainingBytes;
    stage = remainingBytes > 0 ? 'body' : 'type';
    return { packetType: type, packetBytes };
  };

  return {
    atBoundary: () => stage === 'type',
    advance(chunk, offset) {
      let at = offset;
      while (at < chunk.length) {
        if (stage === 'body') {
          const skipped = Math.min(remainingBytes, chunk.length - at);
          remainingBytes -= skipped;
          at += skipped;
          if (remainingBytes === 0) stage = 'type';
          return { offset: at };
        }
        const byte = chunk[at] as number;
        at += 1;
        if (stage === 'type') {
          type = byte >> 4;
          headerBytes = 1;
          remainingBytes = 0;
          stage = 'length';
        } else if (takeLengthByte(byte)) {
          return { offset: at, frame: endHeader() };
        } else if (headerBytes > 4) {
          return { offset: at, malformed: true };
        }
      }
      return { offset: at };
    },
  };
}
