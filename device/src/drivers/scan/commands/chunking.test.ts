import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextLines } from '../text-lines.ts';
import type { Dialect } from './dialect.ts';
import { dialects } from './dialects.ts';
import { encodeSsi } from './ssi-packet.ts';

/** What a dialect makes of a stream: the text it passes on, what it rejects and what it answers. */
function listen(dialect: Dialect, chunks: readonly Buffer[]) {
  const scheduler = createVirtualScheduler();
  const [text, rejected, answered]: [Buffer[], string[], string[]] = [[], [], []];
  const conversation = dialect({
    scheduler,
    interByteTimeoutMs: 200,
    send: (bytes) => answered.push(Buffer.from(bytes).toString('hex')),
    onText: (bytes) => text.push(Buffer.from(bytes)),
    onRejected: (reason, byteCount) => rejected.push(`${reason} ${byteCount}`),
    onDeaf: () => undefined,
  });
  for (const chunk of chunks) conversation.push(chunk);
  scheduler.advance(10_000);
  expect(scheduler.pendingCount()).toBe(0);
  conversation.close();
  return { text: Buffer.concat(text).toString('latin1'), rejected, answered };
}

/** A packet from a scanner: as from the host, but for its source and the checksum over it. */
function scannerPacket(opcode: number, data: readonly number[], status: number): Buffer {
  const packet = encodeSsi(opcode, data, status);
  packet[2] = 0;
  packet.writeUInt16BE((packet.readUInt16BE(packet.length - 2) + 4) & 0xffff, packet.length - 2);
  return packet;
}

const line = fc
  .tuple(fc.string({ minLength: 1, maxLength: 12 }), fc.constantFrom('\r', '\n', '\r\n', '\u0003\r'))
  .map(([text, end]) => Buffer.from(text + end));
const packet = fc
  .tuple(
    fc.constantFrom(0xf3, 0xf3, 0xd0, 0xd1, 0xf6),
    fc.array(fc.nat(255), { maxLength: 20 }),
    fc.constantFrom(0, 0, 1, 2, 3),
  )
  .map(([opcode, data, status]) => scannerPacket(opcode, data, status));
const spoilt = fc.tuple(packet, fc.nat(255), fc.nat(30)).map(([bytes, value, at]) => {
  const changed = Buffer.from(bytes);
  changed[at % changed.length] = value;
  return changed;
});
const newlandAnswer = fc
  .constantFrom('SCNTRG1\u0006', 'BEEPON2700F300T20V\u0006', 'LEDONS0C700D\u0005')
  .map((text) => Buffer.from(`\u0002\u00010000#${text};\u0003`));
const noise = fc.uint8Array({ maxLength: 10 }).map((bytes) => Buffer.from(bytes));

/** Anything at all, with what looks like the beginning of a packet or an answer in it. */
const flood = fc
  .array(
    fc.oneof(
      noise,
      packet,
      spoilt,
      newlandAnswer,
      line,
      fc.constant(Buffer.alloc(300)),
      fc.constant(Buffer.alloc(300, 0xff)),
    ),
    {
      maxLength: 20,
    },
  )
  .chain((pieces) => {
    const bytes = Buffer.concat(pieces);
    return fc.nat(bytes.length).map((length) => bytes.subarray(0, length));
  });

describe.each(Object.entries(dialects))('%s after noise', (_name, dialect) => {
  it('hears the next scan when the line has been silent for a moment', async () => {
    await fc.assert(
      fc.asyncProperty(flood, async (bytes) => {
        const scheduler = createVirtualScheduler();
        const texts: string[] = [];
        const onRejected = () => undefined;
        const lines = await createTextLines({
          ...{ scheduler, interByteTimeoutMs: 200, maxLineBytes: 64, onRejected },
          onLine: (text) => texts.push(text),
        });
        const conversation = dialect({
          ...{ scheduler, interByteTimeoutMs: 200, onRejected },
          send: () => undefined,
          onText: lines.push,
          onDeaf: () => undefined,
        });
        conversation.push(bytes);
        scheduler.advance(10_000);
        conversation.push(Buffer.from('SP1:GOOD\r'));
        expect(texts.at(-1)).toBe('SP1:GOOD');
        conversation.close();
        lines.close();
        expect(scheduler.pendingCount()).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe.each(Object.entries(dialects))('%s', (_name, dialect) => {
  it('makes the same of a stream however it is cut up', () => {
    const piece = fc.oneof(line, packet, spoilt, newlandAnswer, noise);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.array(fc.nat(9), { minLength: 1, maxLength: 30 }),
        (pieces, cuts) => {
          const stream = Buffer.concat(pieces);
          const chunks: Buffer[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const length = 1 + (cuts[turn % cuts.length] ?? 0);
            chunks.push(stream.subarray(at, at + length));
            at += length;
          }
          expect(listen(dialect, chunks)).toEqual(listen(dialect, [stream]));
        },
      ),
      { numRuns: 300 },
    );
  });
});
