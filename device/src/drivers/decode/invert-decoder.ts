import type { Decoder } from '../../ports/decoder.ts';
import { checkImage } from './check-image.ts';
import { createSpareBytes } from './spare-bytes.ts';

/** Gives `inner` the negative of the picture: a code may be light on dark, as on a phone in dark mode. */
export function createInvertDecoder(inner: Decoder): Decoder {
  const spare = createSpareBytes();
  return {
    async decode(image) {
      checkImage(image);
      const from = image.data;
      return spare.lend(from.length, (data) => {
        // A loop: `map` with a function takes as long as the rest of the look.
        for (let at = 0; at < data.length; at += 1) data[at] = 255 - (from[at] as number);
        return inner.decode({ ...image, data });
      });
    },
  };
}
