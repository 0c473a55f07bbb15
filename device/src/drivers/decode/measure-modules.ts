import type { LumaImage } from '../../ports/decoder.ts';
import { loadReader, pgmHeader } from './zxing-wasm-decoder.ts';

/**
 * Side of one module in pixels for each QR code that ZXing-C++ reads in the picture as it is, by the code's text: the
 * mean length of its four sides over the number of its modules.
 */
export async function measureModules(image: LumaImage): Promise<Map<string, number>> {
  const { readBarcodes } = await loadReader();
  const results = await readBarcodes(Buffer.concat([pgmHeader(image), image.data]), {
    formats: ['QRCode'],
    tryHarder: true,
    textMode: 'Plain',
  });
  const sizes = new Map<string, number>();
  for (const { isValid, text, position, symbol } of results) {
    if (!isValid || symbol.width === 0) continue;
    const { topLeft, topRight, bottomRight, bottomLeft } = position;
    const corners = [topLeft, topRight, bottomRight, bottomLeft];
    const sides = corners.map((corner, index) => {
      const next = corners[(index + 1) % corners.length] ?? corner;
      return Math.hypot(next.x - corner.x, next.y - corner.y);
    });
    const meanSidePx = sides.reduce((sum, side) => sum + side, 0) / sides.length;
    sizes.set(text, meanSidePx / symbol.width);
  }
  return sizes;
}
