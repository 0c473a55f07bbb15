import sharp from 'sharp';
import { createZxingWasmDecoder } from '../drivers/decode/zxing-wasm-decoder.ts';

/** The text of the first code on a picture, as a scanner in front of it would read it. */
export async function readCode(png: Uint8Array): Promise<string | undefined> {
  const { data, info } = await sharp(png).grayscale().raw().toBuffer({ resolveWithObject: true });
  const symbols = await createZxingWasmDecoder().decode({ data, width: info.width, height: info.height });
  return symbols[0]?.text;
}
