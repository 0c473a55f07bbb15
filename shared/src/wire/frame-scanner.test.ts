import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameScanner, type Frame } from './frame-scanner.ts';

/** A packet as on the wire: header byte, remaining length, body of zeros. */
function packet(type: number, bodyBytes: number): Buffer {
  const header = [type << 4];
  let left = bodyBytes;
  do {
    const digit = left % 128;
    left = Math.floor(left / 128);
    header.push(left > 0 ? digit | 0x80 : digit);
  } while (left > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(bodyBytes)]);
}

function scanAll(chunks: Uint8Array[]): { frames: Frame[]; malformed: boolean } {
  const scanner = createFrameScanner();
  const frames: Frame[] = [];
  for (const chunk of chunks) {
    let offset = 0;
    while (offset < chunk.length) {
      const step = scanner.advance(chunk, offset);
      if (step.malformed) return { frames, malformed: true };
      if (step.frame) frames.push(step.frame);
      expect(step.offset).toBeGreaterThan(offset);
      offset = step.offset;
    }
  }
  return { frames, malformed: false };
}

describe('createFrameScanner', () => {
  it('reads every packet, however the bytes are cut', () => {
    const lengths = fc.array(
      fc.record({
        type: fc.integer({ min: 1, max: 14 }),
        bytes: fc.constantFrom(0, 1, 2, 127, 128, 300, 16_383, 16_384),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(lengths, fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 20 }), (packets, cuts) => {
        const stream = Buffer.concat(packets.map(({ type, bytes }) => packet(type, bytes)));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          chunks.push(stream.subarray(at, at + cut));
          at += cut;
        }
        const expected = packets.map(({ type, bytes }) => ({
          packetType: type,
          packetBytes: packet(type, bytes).length,
        }));
        expect(scanAll(chunks)).toEqual({ frames: expected, malformed: false });
      }),
    );
  });

  it('knows the announced length when the header is complete, before the body', () => {
    const scanner = createFrameScanner();
    const header = Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]);
    expect(scanner.advance(header, 0)).toEqual({ offset: 5, frame: { packetType: 1, packetBytes: 5 + 268_435_455 } });
    expect(scanner.atBoundary()).toBe(false);
  });

  it('reports a remaining length of five bytes', () => {
    expect(scanAll([Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01])]).malformed).toBe(true);
  });
});
