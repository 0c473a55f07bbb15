import type { LumaImage } from '../../../ports/decoder.ts';
import { type Field, flatten } from '../luma-filters.ts';
import { createProjection, type ModuleGrid } from './module-grid.ts';

/** Samples per module and way. */
export const perModule = 2;

/** Samples around the code, a side: an equaliser looks this far. */
export const marginSamples = 3;

/** Modules over whose surroundings light and dark are evened out. */
const flattenRadius = 4 * perModule + 1;

/** Brightness differs this much by noise alone. */
const leastContrast = 1;

/** What is far out (a reflection, an edge of the paper) counts no more than this many times the usual contrast. */
const clip = 2.5;

/**
 * A code's brightness at the corners, middles of sides and middles of its modules: the middle of module (column, row) is
 * at (`perModule` × column + 1 + `marginSamples`, likewise). Light is about 1, dark about −1.
 */
export function sampleModules(image: LumaImage, grid: ModuleGrid, size: number, modulePx: number): Field {
  const project = createProjection(grid, size);
  const side = perModule * size + 1 + 2 * marginSamples;
  const data = new Float32Array(side * side);
  // Each sample is a mean over half a module's side: finer patterns than modules (moiré) and noise average out.
  const count = Math.min(Math.max(Math.ceil(modulePx / perModule), 1), 5);
  const offsets = Array.from({ length: count }, (_, index) => ((index + 0.5) / count - 0.5) / perModule);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      let sum = 0;
      for (const dy of offsets) {
        for (const dx of offsets) {
          const at = project((column - marginSamples) / perModule + dx, (row - marginSamples) / perModule + dy);
          sum += sampleBilinear(image, at.x - 0.5, at.y - 0.5);
        }
      }
      data[row * side + column] = sum / count ** 2;
    }
  }
  const flat = flatten({ data, width: side, height: side }, flattenRadius, leastContrast);
  return { data: flat.map((value) => Math.min(Math.max(value, -clip), clip)), width: side, height: side };
}

/** Outside the picture its border goes on. */
function sampleBilinear({ data, width, height }: LumaImage, x: number, y: number): number {
  const inX = Math.min(Math.max(x, 0), width - 1.001);
  const inY = Math.min(Math.max(y, 0), height - 1.001);
  const left = inX | 0;
  const top = inY | 0;
  const [fx, fy] = [inX - left, inY - top];
  const at = top * width + left;
  const above = (data[at] as number) * (1 - fx) + (data[at + 1] as number) * fx;
  const below = (data[at + width] as number) * (1 - fx) + (data[at + width + 1] as number) * fx;
  return above * (1 - fy) + below * fy;
}
