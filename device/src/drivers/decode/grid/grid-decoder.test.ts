import { describe, expect, it } from 'vitest';
import type { LumaImage } from '../../../ports/decoder.ts';
import { drawNothing, drawSymbol } from '../../../testing/draw-symbol.ts';
import { createZxingWasmDecoder } from '../zxing-wasm-decoder.ts';
import { createGridDecoder } from './grid-decoder.ts';

const reader = createZxingWasmDecoder({ effort: 'drawn' });
const decoder = createGridDecoder({ reader });

const text = 'SP1:6BFOXN%TS3DH0YOJ58S4CHA4NZI6G0';

/** A code seen at an angle, `modulePx` pixels per module in its middle, under stripes as a phone's pixels leave. */
async function tilt(modulePx: number, stripes: number): Promise<LumaImage> {
  const code = await drawSymbol('QRCode', text, 1, { ecLevel: 'M', version: 4 });
  const [width, height] = [420, 320];
  const exact = (x: number, y: number): number => {
    const depth = 1 + (0.1 * (x - 210)) / 100;
    const column = Math.floor(code.width / 2 + (0.9 * (x - 210) + 0.3 * (y - 160)) / depth / modulePx);
    const row = Math.floor(code.width / 2 + (1.1 * (y - 160) - 0.2 * (x - 210)) / depth / modulePx);
    const inside = column >= 0 && row >= 0 && column < code.width && row < code.width;
    return inside && code.data[row * code.width + column] === 0 ? 40 : 190;
  };
  const clamped = Uint8ClampedArray.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return exact(x, y) + stripes * (1 - ((x + 2 * y) % 3));
  });
  return { data: new Uint8Array(clamped.buffer), width, height };
}

describe('createGridDecoder', () => {
  it('reads a tilted code', async () => {
    expect(await decoder.decode(await tilt(5, 0))).toEqual([{ format: 'QRCode', text }]);
  });

  it('reads a tilted code under stripes, which the library alone does not', async () => {
    const striped = await tilt(4, 90);
    expect(await createZxingWasmDecoder().decode(striped)).toEqual([]);
    expect(await decoder.decode(striped)).toEqual([{ format: 'QRCode', text }]);
  });

  it('looks at halves of the picture when told so', async () => {
    const halved = createGridDecoder({ reader, halvings: 1, maxRegions: 1 });
    expect(await halved.decode(await tilt(6, 0))).toEqual([{ format: 'QRCode', text }]);
  });

  it('finds nothing where nothing is, and gives noise to no reader', async () => {
    const asked: LumaImage[] = [];
    const spied = createGridDecoder({
      reader: {
        async decode(image) {
          asked.push(image);
          return [];
        },
      },
    });
    let state = 1;
    const noise = Uint8Array.from({ length: 320 * 240 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
    expect(await spied.decode(drawNothing())).toEqual([]);
    expect(await spied.decode({ data: noise, width: 320, height: 240 })).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('does not change the picture it is given', async () => {
    const image = await tilt(5, 0);
    const before = Uint8Array.from(image.data);
    await decoder.decode(image);
    expect(image.data).toEqual(before);
  });

  it('takes the smallest picture and refuses one whose size is wrong', async () => {
    expect(await decoder.decode({ data: Uint8Array.of(128), width: 1, height: 1 })).toEqual([]);
    const wrong = decoder.decode({ data: new Uint8Array(99), width: 10, height: 10 });
    await expect(wrong).rejects.toMatchObject({ code: 'internal' });
  });
});
