import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawSymbol, toJpeg } from '../../testing/draw-symbol.ts';
import { createJpegSplitter } from './jpeg-splitter.ts';

const maxFrameBytes = 200_000;

let baseline: Buffer;
let progressive: Buffer;
let withThumbnail: Buffer;

/** Puts a whole JPEG into an application segment, as cameras do with thumbnails. */
function embedThumbnail(jpeg: Buffer, thumbnail: Buffer): Buffer {
  const header = Buffer.from([0xff, 0xe2, 0, 0]);
  header.writeUInt16BE(thumbnail.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), header, thumbnail, jpeg.subarray(2)]);
}

function split(stream: Buffer, chunkBytes: number, limit = maxFrameBytes): Buffer[] {
  const frames: Buffer[] = [];
  const splitter = createJpegSplitter({ maxFrameBytes: limit, onFrame: (jpeg) => frames.push(jpeg) });
  for (let at = 0; at < stream.length; at += chunkBytes) splitter.push(stream.subarray(at, at + chunkBytes));
  return frames;
}

beforeAll(async () => {
  baseline = await toJpeg(await drawSymbol('QRCode', 'SP1:SPLITTER', 4));
  progressive = await sharp(baseline).jpeg({ progressive: true }).toBuffer();
  withThumbnail = embedThumbnail(baseline, await sharp(baseline).resize(32).jpeg().toBuffer());
});

describe('createJpegSplitter', () => {
  it.each([1, 7, 1000, 65_536])(
    'cuts pictures of any kind out of a stream that comes in pieces of %i',
    (chunkBytes) => {
      const pictures = [baseline, progressive, withThumbnail, baseline];
      expect(split(Buffer.concat(pictures), chunkBytes)).toEqual(pictures);
    },
  );

  it('gives a picture as soon as its last byte is there', () => {
    expect(split(baseline, baseline.length)).toEqual([baseline]);
    expect(split(baseline.subarray(0, -1), baseline.length)).toEqual([]);
  });

  it.each([
    ['text', Buffer.from('Made X/EGL preview window\n')],
    ['zeros', Buffer.alloc(100_000)],
    ['a lone start of image', Buffer.of(0xff, 0xd8)],
    ['starts without pictures', Buffer.from('ffd8ff'.repeat(1000), 'hex')],
    ['a segment that is too short', Buffer.of(0xff, 0xd8, 0xff, 0xe0, 0, 1)],
    ['a marker that is none', Buffer.of(0xff, 0xd8, 0xff, 0x00)],
  ])('finds its way past %s', (_, garbage) => {
    for (const chunkBytes of [13, 65_536]) {
      expect(split(Buffer.concat([baseline, garbage, baseline, baseline]), chunkBytes).at(-1)).toEqual(baseline);
      expect(split(Buffer.concat([baseline, garbage, baseline]), chunkBytes)[0]).toEqual(baseline);
    }
  });

  it('loses only the broken picture when one breaks off, wherever that is', () => {
    for (let cut = 1; cut < baseline.length; cut += 97) {
      const frames = split(Buffer.concat([baseline.subarray(0, cut), baseline, progressive, baseline]), 4096);
      expect(frames.slice(-2), `cut at ${cut}`).toEqual([progressive, baseline]);
    }
  });

  it('drops a picture beyond the limit and takes the next one', () => {
    const large = embedThumbnail(baseline, Buffer.alloc(60_000));
    const frames = split(Buffer.concat([large, baseline, baseline]), 1000, baseline.length + 10);
    expect(frames).toEqual([baseline, baseline]);
    expect(split(Buffer.concat([large, baseline]), 1_000_000, baseline.length + 10)).toEqual([baseline]);
  });

  it('goes on after a picture that never ends', () => {
    const endless = Buffer.concat([
      baseline.subarray(0, -2),
      Buffer.alloc(maxFrameBytes * 3, 0x55),
      baseline,
      baseline,
    ]);
    expect(split(endless, 4096).at(-1)).toEqual(baseline);
    // What is given up at the limit is looked through again: here for the picture inside a segment.
    const segments = Array.from({ length: 5 }, () =>
      embedThumbnail(baseline, baseline).subarray(2, -baseline.length + 2),
    );
    const growing = Buffer.concat([baseline.subarray(0, 2), ...segments]);
    expect(split(growing, 500, baseline.length + 10)[0]).toEqual(baseline);
  });
});
