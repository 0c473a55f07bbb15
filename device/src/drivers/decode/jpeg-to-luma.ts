import type { LumaImage } from '../../ports/decoder.ts';

type Sharp = typeof import('sharp')['default'];

/** Twice a full-resolution picture of a 12-megapixel sensor. */
const maxPixels = 24_000_000;

let loading: Promise<Sharp> | undefined;

/** Only a box with a camera pays for libvips. Its settings hold for the process, whichever thread loads it. */
export function loadSharp(): Promise<Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    // Every picture is seen once: caching them only costs memory.
    sharp.cache(false);
    // One picture at a time is looked at, on a box with few cores: threads of its own would only take them from others.
    sharp.concurrency(1);
    return sharp;
  });
  return loading;
}

/**
 * Brightness of a JPEG. The green channel stands for it: a third of the time of a true greyscale, and codes are black
 * and white.
 *
 * @throws Error of libvips when the bytes are not a whole JPEG.
 */
export async function jpegToLuma(jpeg: Uint8Array): Promise<LumaImage> {
  const sharp = await loadSharp();
  const picture = sharp(jpeg, { limitInputPixels: maxPixels, failOn: 'truncated' });
  const { channels } = await picture.metadata();
  // A monochrome sensor has no green.
  if (channels !== 1) picture.extractChannel('green');
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
