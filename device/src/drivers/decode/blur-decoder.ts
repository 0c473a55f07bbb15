import type { Decoder } from '../../ports/decoder.ts';
import { checkImage } from './check-image.ts';
import { boxBlur } from './luma-filters.ts';

/**
 * Gives `inner` the picture after a 3×3 box blur.
 *
 * A camera that looks at a phone's screen sees moiré; the blur removes it. As a second try it more than doubles the
 * codes read under strong moiré.
 */
export function createBlurDecoder(inner: Decoder): Decoder {
  return {
    async decode(image) {
      checkImage(image);
      return inner.decode(boxBlur(image));
    },
  };
}
