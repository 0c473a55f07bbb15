import type { Decoder, LumaImage } from '../../ports/decoder.ts';
import { checkImage } from './check-image.ts';

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

/** Mean of each pixel and its eight neighbours; at the border the outermost pixels count again. */
export function boxBlur({ data, width, height }: LumaImage): LumaImage {
  const rowSums = new Uint16Array(data.length);
  for (let start = 0; start < data.length; start += width) {
    const last = start + width - 1;
    for (let at = start; at <= last; at += 1) {
      const left = data[at === start ? at : at - 1] as number;
      const right = data[at === last ? at : at + 1] as number;
      rowSums[at] = left + (data[at] as number) + right;
    }
  }
  const blurred = new Uint8Array(data.length);
  const lastRow = data.length - width;
  for (let at = 0; at < data.length; at += 1) {
    const above = rowSums[at < width ? at : at - width] as number;
    const below = rowSums[at >= lastRow ? at : at + width] as number;
    blurred[at] = (above + (rowSums[at] as number) + below) / 9;
  }
  return { data: blurred, width, height };
}
