import type { LumaImage } from '../../ports/decoder.ts';
import { loadSharp } from '../common/load-sharp.ts';

/** Twice a full-resolution picture of a 12-megapixel sensor. */
const maxPixels = 24_000_000;

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
