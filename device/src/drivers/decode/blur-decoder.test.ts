import { describe, expect, it } from 'vitest';
import type { LumaImage } from '../../ports/decoder.ts';
import { drawSymbol } from '../../testing/draw-symbol.ts';
import { boxBlur, createBlurDecoder } from './blur-decoder.ts';
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

describe('boxBlur', () => {
  it('is the mean of each pixel and its neighbours, the border counted twice', () => {
    const { data } = boxBlur({ data: Uint8Array.of(9, 0, 0, 0, 90, 0, 0, 0, 0), width: 3, height: 3 });
    // Top left: 9 four times (itself and its mirror images), 90 once.
    expect([...data]).toEqual([14, 12, 10, 12, 11, 10, 10, 10, 10]);
  });

  it('leaves an even picture as it is, whatever its shape', () => {
    for (const [width, height] of [
      [1, 1],
      [5, 1],
      [1, 5],
      [4, 3],
    ] as const) {
      const data = new Uint8Array(width * height).fill(200);
      expect(boxBlur({ data, width, height })).toEqual({ data, width, height });
    }
  });
});

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
