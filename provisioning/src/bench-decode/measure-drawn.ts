import type { LumaImage } from '@scanpay/device/ports/decoder.ts';
import { createTimedDecoders, takeTurns } from './decoders.ts';
import type { Random } from './phone-screens/random.ts';
import type { Sample } from './tally.ts';

/** A picture of a QR code that was drawn for the decoders. */
export interface DrawnPicture {
  name: string;
  /** What pictures are first told apart by: what makes it hard. */
  group: string;
  /** What they are then told apart by. */
  family: string;
  text: string;
  image: LumaImage;
}

/** Shows each picture to each decoder, one at a time. */
export async function measureDrawn(
  pictures: AsyncIterable<DrawnPicture>,
  all: number,
  onPicture: (done: number, all: number) => void,
): Promise<Sample[]> {
  const decoders = createTimedDecoders();
  const samples: Sample[] = [];
  let done = 0;
  for await (const { name, group, family, text, image } of pictures) {
    for (const decoder of takeTurns(done)) {
      const { texts, ms } = await decoders.read(decoder, ['QRCode'], image);
      const verdict = { read: texts.includes(text), wrong: texts.some((read) => read !== text) };
      samples.push({ file: name, group, family, readable: true, decoder, ...verdict, ms });
    }
    done += 1;
    onPicture(done, all);
  }
  return samples;
}

const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** What an auth barcode's text looks like. */
export function drawText(length: number, { between }: Random): string {
  const draw = () => alphanumeric.charAt(Math.floor(between(0, alphanumeric.length)));
  return `SP1:${Array.from({ length }, draw).join('')}`;
}
