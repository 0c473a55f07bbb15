import type { Decoder } from '../../ports/decoder.ts';
import { checkImage } from './check-image.ts';
import { boxBlur } from './luma-filters.ts';
import { createSpareBytes } from './spare-bytes.ts';

/**
 * Gives `inner` the picture after a 3×3 box blur.
 *
 * A camera that looks at a phone's screen sees moiré; the blur removes it. As a second try it more than doubles the
 * codes read under strong moiré.
 */
export function createBlurDecoder(inner: Decoder): Decoder {
  const spare = createSpareBytes();
  return {
    async decode(image) {
      checkImage(image);
      return spare.lend(image.data.length, (bytes) => inner.decode(boxBlur(image, bytes)));
    },
  };
}
