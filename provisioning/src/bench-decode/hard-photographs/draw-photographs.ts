import { drawSymbol } from '@scanpay/device/testing/draw-symbol.ts';
import { type DrawnPicture, drawText } from '../measure-drawn.ts';
import { createRandom } from '../phone-screens/random.ts';
import { photographPaper } from './photograph.ts';
import { drawTrial, trialNames } from './trials.ts';

/** Characters that a code of each version holds at EC level M with some room: about 3.4 at version 1's 21 modules. */
const charactersPerModule2 = 0.05;

export function countPhotographs(count: number): number {
  return count * trialNames.length;
}

/** `count` photographs of paper for each trial. A photograph depends on the seed and its own name, not on the others. */
export async function* drawPhotographs(count: number, seed: number): AsyncGenerator<DrawnPicture> {
  for (const [at, group] of trialNames.entries()) {
    for (let index = 0; index < count; index += 1) {
      const random = createRandom(Math.imul(seed, 0x9e3779b1) + Math.imul(at + 1, 0x85ebca6b) + index);
      const trial = drawTrial(group, random);
      const side = 17 + 4 * trial.version;
      const text = drawText(Math.floor(charactersPerModule2 * (side - 16) ** 2), random);
      const code = await drawSymbol('QRCode', text, 1, { ecLevel: 'M', version: trial.version });
      const image = await photographPaper(code, trial, random);
      yield { name: `${group}, ${index}`, group, family: 'paper', text, image };
    }
  }
}
