import type { LumaImage } from '../../ports/decoder.ts';

/** Numbers row by row without padding: a picture, or what was computed from one. */
export interface Field {
  data: Uint8Array | Float32Array;
  width: number;
  height: number;
}

/** Mean of each pixel and its eight neighbours; at the border the outermost pixels count again. */
export function boxBlur({ data, width, height }: LumaImage): LumaImage {
  const rowSums = new Uint16Array(data.length);
  for (let start = 0; start < data.length; start += width) {
    const last = start + width - 1;
    let left = data[start] as number;
    let middle = left;
    for (let at = start; at < last; at += 1) {
      const right = data[at + 1] as number;
      rowSums[at] = left + middle + right;
      left = middle;
      middle = right;
    }
    rowSums[last] = left + 2 * middle;
  }
  const blurred = new Uint8Array(data.length);
  for (let y = 0; y < height; y += 1) {
    const above = (y === 0 ? 0 : y - 1) * width;
    const row = y * width;
    const below = (y === height - 1 ? y : y + 1) * width;
    for (let x = 0; x < width; x += 1) {
      const sum = (rowSums[above + x] as number) + (rowSums[row + x] as number) + (rowSums[below + x] as number);
      // A ninth, rounded down: exact for sums of nine bytes, and without a division.
      blurred[row + x] = (sum * 7282) >> 16;
    }
  }
  return { data: blurred, width, height };
}

/** Half the size, each pixel the mean of four. A last odd row or column is dropped; a picture one pixel wide is kept. */
export function halve(image: LumaImage): LumaImage {
  if (image.width < 2 || image.height < 2) return image;
  const width = image.width >> 1;
  const height = image.height >> 1;
  const data = new Uint8Array(width * height);
  const from = image.data;
  for (let y = 0; y < height; y += 1) {
    let at = 2 * y * image.width;
    const end = (y + 1) * width;
    for (let to = y * width; to < end; to += 1, at += 2) {
      const below = at + image.width;
      const sum =
        (from[at] as number) + (from[at + 1] as number) + (from[below] as number) + (from[below + 1] as number);
      data[to] = (sum + 2) >> 2;
    }
  }
  return { data, width, height };
}

/**
 * Mean over a square of side 2 × `radius` + 1; at the border, over the part of it within the picture.
 *
 * Running sums: the time does not depend on the radius.
 */
export function localMean({ data, width, height }: Field, radius: number): Float32Array {
  const means = new Float32Array(data.length);
  const columnSums = new Float64Array(width);
  let rows = 0;
  for (let y = 0; y < Math.min(radius, height); y += 1, rows += 1) {
    for (let x = 0; x < width; x += 1) columnSums[x] = (columnSums[x] as number) + (data[y * width + x] as number);
  }
  for (let y = 0; y < height; y += 1) {
    const entering = y + radius;
    const leaving = y - radius - 1;
    if (entering < height) rows += 1;
    if (leaving >= 0) rows -= 1;
    for (let x = 0; x < width; x += 1) {
      let sum = columnSums[x] as number;
      if (entering < height) sum += data[entering * width + x] as number;
      if (leaving >= 0) sum -= data[leaving * width + x] as number;
      columnSums[x] = sum;
    }
    meanOfRow(columnSums, rows, radius, means.subarray(y * width, (y + 1) * width));
  }
  return means;
}

function meanOfRow(columnSums: Float64Array, rows: number, radius: number, means: Float32Array): void {
  const width = means.length;
  let sum = 0;
  let columns = 0;
  for (let x = 0; x < Math.min(radius, width); x += 1, columns += 1) sum += columnSums[x] as number;
  for (let x = 0; x < width; x += 1) {
    if (x + radius < width) {
      sum += columnSums[x + radius] as number;
      columns += 1;
    }
    if (x - radius - 1 >= 0) {
      sum -= columnSums[x - radius - 1] as number;
      columns -= 1;
    }
    means[x] = sum / (rows * columns);
  }
}

/**
 * Takes shadows, gradients and faint print out: each value's distance from its surroundings' mean, as a multiple of the
 * distance that is usual there (at least `least`). Light is above 0, dark below, alike in the shade and in the light.
 */
export function flatten(field: Field, radius: number, least: number): Float32Array {
  const { data, width, height } = field;
  const flat = localMean(field, radius);
  const distances = new Float32Array(data.length);
  for (let at = 0; at < distances.length; at += 1) {
    const distance = (data[at] as number) - (flat[at] as number);
    flat[at] = distance;
    distances[at] = Math.abs(distance);
  }
  const usual = localMean({ data: distances, width, height }, radius);
  for (let at = 0; at < flat.length; at += 1) {
    flat[at] = (flat[at] as number) / Math.max(usual[at] as number, least);
  }
  return flat;
}

/**
 * Unsharp mask: what a pixel has beyond its surroundings, `amount` times more of it. Undoes some of a lens's blur, and
 * parts what has grown together. The surroundings are a mean of means, so they fade out.
 */
export function sharpen(image: LumaImage, radius: number, amount: number): LumaImage {
  const means = localMean({ ...image, data: localMean(image, radius) }, radius);
  const data = Uint8ClampedArray.from(image.data, (luma, at) => luma + amount * (luma - (means[at] as number)));
  return { ...image, data: new Uint8Array(data.buffer) };
}
