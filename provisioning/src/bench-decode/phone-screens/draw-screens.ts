import { drawSymbol } from '@scanpay/device/testing/draw-symbol.ts';
import { type DrawnPicture, drawText } from '../measure-drawn.ts';
import { captureScreen } from './capture.ts';
import { conditionNames, drawCondition } from './conditions.ts';
import { createRandom } from './random.ts';

/** Camera pixels per module. */
const modulePxs = [2, 3, 4, 5, 6];

/** As long as an auth barcode is. */
const textLength = 300;

export function countScreens(count: number): number {
  return count * conditionNames.length * modulePxs.length;
}

/**
 * `count` captures of phone screens for each condition and size; groups are conditions, families pixels per module.
 *
 * A capture depends on the seed and its own name, not on the others.
 */
export async function* drawScreens(count: number, seed: number): AsyncGenerator<DrawnPicture> {
  for (const [at, group] of conditionNames.entries()) {
    for (const modulePx of modulePxs) {
      for (let index = 0; index < count; index += 1) {
        const random = createRandom(Math.imul(seed, 0x9e3779b1) + Math.imul(at * 10 + modulePx, 0x85ebca6b) + index);
        const text = drawText(textLength, random);
        const code = await drawSymbol('QRCode', text, 1, { ecLevel: 'M' });
        const image = await captureScreen(code, modulePx, drawCondition(group, random), random);
        yield { name: `${group}, ${modulePx} px, ${index}`, group, family: `${modulePx} px`, text, image };
      }
    }
  }
}
