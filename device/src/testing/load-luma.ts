import sharp from 'sharp';
import type { LumaImage } from '../ports/decoder.ts';

/** Any picture file as a decoder gets it: the green channel, what is transparent on white. */
export async function loadLuma(file: string | Buffer): Promise<LumaImage> {
  const picture = sharp(file).flatten({ background: 'white' }).toColourspace('srgb');
  const { data, info } = await picture.extractChannel('green').raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
