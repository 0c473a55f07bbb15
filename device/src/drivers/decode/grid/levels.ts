import type { LumaImage } from '../../../ports/decoder.ts';
import { type Field, flatten, halve } from '../luma-filters.ts';
import { type Binary, binarize } from './binary.ts';

/** A picture or a smaller copy of it, and what is sought in it. */
export interface Level {
  image: LumaImage;
  binary: Binary;
  /** Shadows and gradients taken out: light about 1, dark about −1. Computed when first asked for. */
  flat(): Field;
}

/** Halvings after which nothing smaller is looked at. */
const maxHalvings = 4;
const minSidePx = 40;

/** Patterns of a few pixels per module keep their contrast, shadows wider than that go. */
const flattenRadiusPx = 14;
const leastContrast = 3;
/** A reflection counts no more than this many times the usual contrast. */
const clip = 1.5;

/** The picture halved `halvings` times, its half, the half of that… */
export function* makeLevels(image: LumaImage, halvings: number): Generator<Level> {
  let copy = image;
  for (let index = 0; index <= maxHalvings && Math.min(copy.width, copy.height) >= minSidePx; index += 1) {
    if (index >= halvings) yield makeLevel(copy);
    copy = halve(copy);
  }
}

function makeLevel(image: LumaImage): Level {
  let made: Field | undefined;
  const flat = (): Field => {
    made ??= flattenPicture(image);
    return made;
  };
  return { image, binary: binarize(image), flat };
}

function flattenPicture(image: LumaImage): Field {
  const data = flatten(image, flattenRadiusPx, leastContrast);
  for (let at = 0; at < data.length; at += 1) data[at] = Math.min(Math.max(data[at] as number, -clip), clip);
  return { ...image, data };
}
