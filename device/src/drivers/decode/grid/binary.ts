import type { LumaImage } from '../../../ports/decoder.ts';
import { localMean } from '../luma-filters.ts';

/** What is darker than its surroundings. */
export interface Binary {
  /** 1 is dark. */
  dark: Uint8Array;
  width: number;
  height: number;
}

/** Surroundings a pixel is held against; finder patterns up to about this wide stand out from them. */
const thresholdRadiusPx = 20;

/** A pixel this little below its surroundings' mean is not dark: noise on even paper. */
const thresholdOffset = 2;

export function binarize(image: LumaImage): Binary {
  const means = localMean(image, thresholdRadiusPx);
  const dark = new Uint8Array(image.data.length);
  for (let at = 0; at < dark.length; at += 1) {
    dark[at] = (image.data[at] as number) + thresholdOffset < (means[at] as number) ? 1 : 0;
  }
  return { dark, width: image.width, height: image.height };
}
