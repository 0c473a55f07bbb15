import { join } from 'node:path';
import { type LumaImage, type SymbolFormat, symbolFormats } from '@scanpay/device/ports/decoder.ts';
import { loadLuma } from '@scanpay/device/testing/load-luma.ts';
import { judgeReads, type KnownPicture, readTruth } from '@scanpay/device/testing/truth.ts';
import { createTimedDecoders, takeTurns } from './decoders.ts';
import { nothingThere, type Sample } from './tally.ts';

/**
 * Shows each picture of a folder to each decoder, one at a time.
 *
 * A decoder looks for the picture's own format; where the list does not say one, for all that it names elsewhere.
 *
 * @throws Error in words when the list or a picture cannot be read.
 */
export async function measureFolder(dir: string, onPicture: (done: number, all: number) => void): Promise<Sample[]> {
  const pictures = readTruth(dir);
  const decoders = createTimedDecoders();
  const named = symbolFormats.filter((format) => pictures.some((picture) => picture.format === format));
  const otherwise: readonly SymbolFormat[] = named.length > 0 ? named : symbolFormats;
  const samples: Sample[] = [];
  for (const [index, picture] of pictures.entries()) {
    const image = await loadPicture(dir, picture);
    const formats = picture.format === undefined ? otherwise : [picture.format];
    for (const decoder of takeTurns(index)) {
      const { texts, ms } = await decoders.read(decoder, formats, image);
      samples.push({ ...judgeReads(picture, texts), ...describePicture(picture), decoder, ms });
    }
    onPicture(index + 1, pictures.length);
  }
  return samples;
}

function describePicture({
  file,
  family,
  format,
  texts,
}: KnownPicture): Omit<Sample, 'read' | 'wrong' | 'decoder' | 'ms'> {
  const readable = texts.length > 0;
  return { file, family, group: readable ? (format ?? 'any') : nothingThere, readable };
}

async function loadPicture(dir: string, { file }: KnownPicture): Promise<LumaImage> {
  try {
    return await loadLuma(join(dir, file));
  } catch (error) {
    throw new Error(`cannot open the picture ${file} of ${dir}: ${error instanceof Error ? error.message : error}`);
  }
}
