import type { LumaImage } from '../../../ports/decoder.ts';

const modulePx = 3;
const quietZoneModules = 4;

/** A clean picture of a code: `modules` row by row, 1 is dark. */
export function drawModules(modules: Uint8Array, size: number): LumaImage {
  const side = (size + 2 * quietZoneModules) * modulePx;
  const data = new Uint8Array(side * side).fill(255);
  const margin = quietZoneModules * modulePx;
  for (let y = 0; y < size * modulePx; y += 1) {
    const moduleRow = Math.floor(y / modulePx) * size;
    const start = (y + margin) * side + margin;
    for (let x = 0; x < size * modulePx; x += 1) {
      if (modules[moduleRow + Math.floor(x / modulePx)] === 1) data[start + x] = 0;
    }
  }
  return { data, width: side, height: side };
}
