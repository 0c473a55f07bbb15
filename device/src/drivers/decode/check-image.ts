import { ScanPayError } from '@scanpay/shared/errors.ts';
import { type LumaImage, maxImageSidePx } from '../../ports/decoder.ts';

/** Guards the libraries, which read past the end of a picture whose size is wrong, or loop on one that is empty. */
export function checkImage({ data, width, height }: LumaImage): void {
  const inRange = [width, height].every((side) => Number.isInteger(side) && side >= 1 && side <= maxImageSidePx);
  if (!inRange || data.length !== width * height) {
    throw new ScanPayError('internal', `not a luma image: ${width} × ${height} with ${data.length} bytes`);
  }
}
