import type { LumaImage } from '@scanpay/device/ports/decoder.ts';
import { drawSymbol } from '@scanpay/device/testing/draw-symbol.ts';
import { createTimedDecoders, takeTurns } from '../decoders.ts';
import type { Sample } from '../tally.ts';
import { captureScreen } from './capture.ts';
import { conditionNames, drawCondition } from './conditions.ts';
import { createRandom, type Random } from './random.ts';

/** Camera pixels per module. */
const modulePxs = [2, 3, 4, 5, 6];

/** As long as an auth barcode is. */
const textLength = 300;
const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

interface ScreenCapture {
  name: string;
  condition: string;
  modulePx: number;
  text: string;
  image: LumaImage;
}

/** `count` captures for each condition and size; a capture depends on the seed and its own name, not on the others. */
async function* drawCaptures(count: number, seed: number): AsyncGenerator<ScreenCapture> {
  for (const [at, condition] of conditionNames.entries()) {
    for (const modulePx of modulePxs) {
      for (let index = 0; index < count; index += 1) {
        const random = createRandom(Math.imul(seed, 0x9e3779b1) + Math.imul(at * 10 + modulePx, 0x85ebca6b) + index);
        const text = drawText(random);
        const code = await drawSymbol('QRCode', text, 1, 'M');
        const image = await captureScreen(code, modulePx, drawCondition(condition, random), random);
        yield { name: `${condition}, ${modulePx} px, ${index}`, condition, modulePx, text, image };
      }
    }
  }
}

/** Shows each decoder phone screens that are drawn for it; grouped by condition, families are pixels per module. */
export async function measureScreens(
  count: number,
  seed: number,
  onPicture: (done: number, all: number) => void,
): Promise<Sample[]> {
  const decoders = createTimedDecoders();
  const all = count * conditionNames.length * modulePxs.length;
  const samples: Sample[] = [];
  let done = 0;
  for await (const { name, condition, modulePx, text, image } of drawCaptures(count, seed)) {
    for (const decoder of takeTurns(done)) {
      const { texts, ms } = await decoders.read(decoder, ['QRCode'], image);
      const verdict = { read: texts.includes(text), wrong: texts.some((read) => read !== text) };
      const family = `${modulePx} px`;
      samples.push({ file: name, group: condition, family, readable: true, decoder, ...verdict, ms });
    }
    done += 1;
    onPicture(done, all);
  }
  return samples;
}

function drawText({ between }: Random): string {
  const draw = () => alphanumeric.charAt(Math.floor(between(0, alphanumeric.length)));
  return `SP1:${Array.from({ length: textLength }, draw).join('')}`;
}
