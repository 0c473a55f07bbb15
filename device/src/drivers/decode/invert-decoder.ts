import type { Decoder } from '../../ports/decoder.ts';
import { checkImage } from './check-image.ts';

/** Gives `inner` the negative of the picture: a code may be light on dark, as on a phone in dark mode. */
export function createInvertDecoder(inner: Decoder): Decoder {
  return {
    async decode(image) {
      checkImage(image);
      // A loop: `map` with a function takes as long as the rest of the look.
      const data = new Uint8Array(image.data.length);
      for (let at = 0; at < data.length; at += 1) data[at] = 255 - (image.data[at] as number);
      return inner.decode({ ...image, data });
    },
  };
}
