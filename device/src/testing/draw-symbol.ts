import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';
import type { LumaImage, SymbolFormat } from '../ports/decoder.ts';

const quietZoneModules = 4;

let preparing: Promise<void> | undefined;

/** From the package's own file: left alone, the library fetches it from a CDN. */
async function prepareWriter(): Promise<void> {
  const wasm = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm'));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
}

/** How a QR code is made; what is not said is left to the library. */
export interface QrOptions {
  ecLevel?: 'L' | 'M' | 'Q' | 'H';
  /** At least this large, 1 to 40: 17 + 4 × version modules a side. */
  version?: number;
}

/** A clean picture of one symbol with a white border, `modulePx` pixels per module. */
export async function drawSymbol(
  format: SymbolFormat,
  text: string,
  modulePx = 4,
  qr: QrOptions = {},
): Promise<LumaImage> {
  preparing ??= prepareWriter();
  await preparing;
  const options = Object.entries(qr)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  const { symbol, error } = await writeBarcode(text, { format, addQuietZones: false, options });
  if (error !== '') throw new Error(`cannot draw ${format}: ${error}`);
  const width = (symbol.width + 2 * quietZoneModules) * modulePx;
  const height = (symbol.height + 2 * quietZoneModules) * modulePx;
  const data = new Uint8Array(width * height).fill(255);
  for (let y = 0; y < symbol.height * modulePx; y += 1) {
    const moduleRow = Math.floor(y / modulePx) * symbol.width;
    const start = (y + quietZoneModules * modulePx) * width + quietZoneModules * modulePx;
    for (let x = 0; x < symbol.width * modulePx; x += 1) {
      data[start + x] = symbol.data[moduleRow + Math.floor(x / modulePx)] as number;
    }
  }
  return { data, width, height };
}

/** A picture without any code: a soft gradient. */
export function drawNothing(width = 160, height = 120): LumaImage {
  const data = Uint8Array.from({ length: width * height }, (_, at) => 64 + ((at % width) + Math.floor(at / width)) / 4);
  return { data, width, height };
}

/** The picture as a colour JPEG, as a camera sends it. */
export async function toJpeg({ data, width, height }: LumaImage): Promise<Buffer> {
  const grey = sharp(Buffer.from(data), { raw: { width, height, channels: 1 } });
  return grey.toColourspace('srgb').jpeg({ quality: 90 }).toBuffer();
}
