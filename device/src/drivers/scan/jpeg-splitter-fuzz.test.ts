import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawSymbol, toJpeg } from '../../testing/draw-symbol.ts';
import { createJpegSplitter } from './jpeg-splitter.ts';

const seed = 20261126;
const maxFrameBytes = 60_000;

/** Pictures of each kind a camera may send: small, so that many streams can be tried. */
let pictures: Buffer[];

/** Puts bytes into an application segment, as cameras do with thumbnails. */
function embed(jpeg: Buffer, inner: Buffer): Buffer {
  const header = Buffer.from([0xff, 0xe1, 0, 0]);
  header.writeUInt16BE(inner.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), header, inner, jpeg.subarray(2)]);
}

beforeAll(async () => {
  const baseline = await toJpeg(await drawSymbol('QRCode', 'SP1:FUZZ', 2));
  const thumbnail = await sharp(baseline).resize(16).jpeg().toBuffer();
  pictures = [
    baseline,
    await sharp(baseline).jpeg({ progressive: true }).toBuffer(),
    await sharp(baseline).greyscale().jpeg().toBuffer(),
    embed(baseline, thumbnail),
    embed(baseline, Buffer.concat([thumbnail, thumbnail.subarray(0, 40)])),
    // Filled up before a marker, as ITU-T T.81, B.1.1.2 allows.
    Buffer.concat([baseline.subarray(0, 2), Buffer.alloc(5, 0xff), baseline.subarray(2)]),
  ];
});

/** What may stand between pictures without being the beginning of one. */
const harmless = fc.oneof(
  fc.string({ maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 300, max: 0xfe }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 0, max: 400 }).map((length) => Buffer.alloc(length)),
);

/** Bytes rich in what a splitter looks at. */
const hostile = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom('ffd8', 'ffd9', 'ffd8ff', 'ffda', 'ffe1', 'ff00', 'ffff', 'ffd0', '0002'),
      },
      { weight: 1, arbitrary: fc.constantFrom('ffe0ffff', 'ffda0000', 'ffda0002', 'ffd8ffe10001', 'ff') },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex')) },
    ),
    { maxLength: 120 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'hex'));

const picture = fc.nat().map((number) => pictures[number % pictures.length] as Buffer);
const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 40 });

/** Pushes the stream in pieces of these lengths, over and over. */
function split(stream: Buffer, lengths: readonly number[], limit = maxFrameBytes): Buffer[] {
  const frames: Buffer[] = [];
  const splitter = createJpegSplitter({ maxFrameBytes: limit, onFrame: (jpeg) => frames.push(jpeg) });
  for (let at = 0, turn = 0; at < stream.length; turn += 1) {
    const length = lengths[turn % lengths.length] as number;
    splitter.push(stream.subarray(at, at + length));
    at += length;
  }
  return frames;
}

/** Equal as bytes; far quicker than comparing number by number. */
const same = (left: readonly Buffer[], right: readonly Buffer[]): boolean =>
  left.length === right.length && left.every((frame, at) => frame.equals(right[at] as Buffer));

describe('createJpegSplitter on any stream', { timeout: 60_000 }, () => {
  it('gives every picture and nothing else, however the stream is cut, whatever harmless lies between', () => {
    const parts = fc.array(fc.tuple(harmless, picture), { maxLength: 6 });
    fc.assert(
      fc.property(parts, cuts, (stream, lengths) => {
        const expected = stream.map(([, jpeg]) => jpeg);
        expect(same(split(Buffer.concat(stream.flat()), lengths), expected)).toBe(true);
      }),
      { seed, numRuns: 300 },
    );
  });

  it('gives the same frames for the same bytes, however they are cut, broken pictures among them', () => {
    const broken = fc.tuple(picture, fc.double({ min: 0, max: 1, noNaN: true })).map(([jpeg, part]) =>
      // Cut off anywhere.
      jpeg.subarray(0, Math.floor(jpeg.length * part)),
    );
    const flipped = fc.tuple(picture, fc.nat(), fc.integer({ min: 1, max: 255 })).map(([jpeg, at, bits]) => {
      const copy = Buffer.from(jpeg);
      copy[at % copy.length] = (copy[at % copy.length] as number) ^ bits;
      return copy;
    });
    const stream = fc.array(fc.oneof(picture, broken, flipped, hostile), { maxLength: 8 });
    fc.assert(
      fc.property(stream, cuts, cuts, (parts, one, other) => {
        const bytes = Buffer.concat(parts);
        const frames = split(bytes, one);
        expect(same(frames, split(bytes, other))).toBe(true);
        let total = 0;
        for (const frame of frames) {
          expect(frame.readUInt16BE(0)).toBe(0xffd8);
          expect(frame.readUInt16BE(frame.length - 2)).toBe(0xffd9);
          expect(frame.length).toBeLessThanOrEqual(maxFrameBytes);
          total += frame.length;
        }
        // No byte is given twice.
        expect(total).toBeLessThanOrEqual(bytes.length);
      }),
      { seed, numRuns: 300 },
    );
  });

  it('finds its way back to whole pictures after anything, within two limits of bytes', () => {
    const [baseline = Buffer.alloc(0)] = pictures;
    const limit = 20_000;
    // Once a picture that never ends has been given up at the limit, what follows is found.
    const tail = Array.from({ length: Math.ceil((2 * (limit + 65_537)) / baseline.length) }, () => baseline);
    fc.assert(
      fc.property(hostile, cuts, (garbage, lengths) => {
        const frames = split(Buffer.concat([baseline, garbage, ...tail]), lengths, limit);
        expect(frames[0]?.equals(baseline)).toBe(true);
        expect(frames.at(-1)?.equals(baseline)).toBe(true);
      }),
      { seed, numRuns: 150 },
    );
  });
});
