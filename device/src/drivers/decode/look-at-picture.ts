import type { Decoder, LumaImage } from '../../ports/decoder.ts';
import type { PictureInspection, PictureReading } from '../../ports/picture-reader.ts';
import { jpegToLuma } from './jpeg-to-luma.ts';
import { measureModules } from './measure-modules.ts';

export async function readPicture(jpeg: Uint8Array, decoder: Decoder): Promise<PictureReading> {
  return look(jpeg, async (image) => {
    const symbols = await decoder.decode(image);
    return { kind: 'read', symbols, widthPx: image.width, heightPx: image.height };
  });
}

export async function inspectPicture(jpeg: Uint8Array, decoder: Decoder): Promise<PictureInspection> {
  return look(jpeg, async (image) => {
    const symbols = await decoder.decode(image);
    const sizes = symbols.length === 0 ? new Map<string, number>() : await measureModules(image);
    return {
      kind: 'inspected',
      symbols: symbols.map((symbol) => ({ ...symbol, modulePx: sizes.get(symbol.text) ?? null })),
      widthPx: image.width,
      heightPx: image.height,
      meanLuma: meanOf(image),
    };
  });
}

type Trouble = Exclude<PictureReading, { kind: 'read' }>;

/** A stream holds broken pictures, and a decoder slips on odd ones: both are answers. */
async function look<T>(jpeg: Uint8Array, judge: (image: LumaImage) => Promise<T>): Promise<T | Trouble> {
  const image = await jpegToLuma(jpeg).catch(() => undefined);
  if (image === undefined) return { kind: 'no-picture' };
  try {
    return await judge(image);
  } catch (error) {
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

function meanOf({ data }: LumaImage): number {
  let sum = 0;
  for (const luma of data) sum += luma;
  return Math.round(sum / data.length);
}
