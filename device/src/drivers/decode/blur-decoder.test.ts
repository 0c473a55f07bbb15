import { describe, expect, it } from 'vitest';
import type { LumaImage } from '../../ports/decoder.ts';
import { drawSymbol } from '../../testing/draw-symbol.ts';
import { createBlurDecoder } from './blur-decoder.ts';
import { createDefaultDecoder } from './default-decoder.ts';
import { createZxingWasmDecoder } from './zxing-wasm-decoder.ts';

/** Fine stripes over the picture, as a phone's pixels leave in a camera's. */
function addStripes({ data, width, height }: LumaImage, depth: number): LumaImage {
  const striped = data.map((luma, at) => {
    const phase = ((at % width) + 2 * Math.floor(at / width)) % 3;
    return Math.min(255, Math.max(0, 70 + (luma * 115) / 255 + depth * (1 - phase)));
  });
  return { data: striped, width, height };
}

describe('createBlurDecoder', () => {
  it('lets a code be read through stripes that hide it', async () => {
    const text = `SP1:${'6BFOXN%TS3DH0YOJ58S'.repeat(8)}`;
    const image = addStripes(await drawSymbol('QRCode', text, 4), 80);
    const wasm = createZxingWasmDecoder();
    expect(await wasm.decode(image)).toEqual([]);
    expect(await createBlurDecoder(wasm).decode(image)).toEqual([{ format: 'QRCode', text }]);
    expect(await createDefaultDecoder().decode(image)).toEqual([{ format: 'QRCode', text }]);
  });

  it('refuses a picture of the wrong size', async () => {
    const decoder = createBlurDecoder(createZxingWasmDecoder());
    await expect(decoder.decode({ data: new Uint8Array(5), width: 2, height: 2 })).rejects.toMatchObject({
      code: 'internal',
    });
  });
});
