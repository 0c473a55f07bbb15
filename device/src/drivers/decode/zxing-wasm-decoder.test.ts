import { expect, it, vi } from 'vitest';
import { drawSymbol } from '../../testing/draw-symbol.ts';
import { describeDecoder } from './decoder-contract.ts';
import { createZxingWasmDecoder } from './zxing-wasm-decoder.ts';

it('loads its module without the network', async () => {
  const image = await drawSymbol('QRCode', 'offline');
  const fetchSpy = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network'));
  expect(await createZxingWasmDecoder().decode(image)).toEqual([{ format: 'QRCode', text: 'offline' }]);
  expect(fetchSpy).not.toHaveBeenCalled();
  fetchSpy.mockRestore();
});

it('keeps control characters as they are', async () => {
  const image = await drawSymbol('QRCode', 'a\u0001b\u001dc');
  expect(await createZxingWasmDecoder().decode(image)).toEqual([{ format: 'QRCode', text: 'a\u0001b\u001dc' }]);
});

it('reads two codes in one picture', async () => {
  const [left, right] = [await drawSymbol('QRCode', 'left'), await drawSymbol('QRCode', 'right')];
  const width = left.width + right.width;
  const data = new Uint8Array(width * left.height).fill(255);
  for (let y = 0; y < left.height; y += 1) {
    data.set(left.data.subarray(y * left.width, (y + 1) * left.width), y * width);
    data.set(right.data.subarray(y * right.width, (y + 1) * right.width), y * width + left.width);
  }
  const symbols = await createZxingWasmDecoder().decode({ data, width, height: left.height });
  expect(symbols.map((symbol) => symbol.text).sort()).toEqual(['left', 'right']);
});

describeDecoder('zxing-wasm', (formats) => createZxingWasmDecoder(formats && { formats }));
