import type { LumaImage } from '../../ports/decoder.ts';

/** Numbers row by row without padding: a picture, or what was computed from one. */
export interface Field {
  data: Uint8Array | Float32Array;
  width: number;
  height: number;
}

/** Mean of each pixel and its eight neighbours, in `blurred`; at the border the outermost pixels count again. */
export function boxBlur({ data, width, height }: LumaImage, blurred = new Uint8Array(data.length)): LumaImage {
  const columnSums = new Uint16Array(width);
  const last = width - 1;
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    const above = y === 0 ? row : row - width;
    const below = y === height - 1 ? row : row + width;
    for (let x = 0; x < width; x += 1) {
      columnSums[x] = (data[above + x] as number) + (data[row + x] as number) + (data[below + x] as number);
    }
    let left = columnSums[0] as number;
    let middle = left;
    for (let x = 0; x < last; x += 1) {
      const right = columnSums[x + 1] as number;
      blurred[row + x] = ninth(left + middle + right);
      left = middle;
      middle = right;
    }
    blurred[row + last] = ninth(left + 2 * middle);
  }
  return { data: blurred, width, height };
}

/** Rounded down: exact for sums of nine bytes, and without a division. */
function ninth(sum: number): number {
  return (sum * 7282) >> 16;
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
  for (; rows < Math.min(radius, height); rows += 1) addRow(columnSums, data, rows * width);
  for (let y = 0; y < height; y += 1) {
    const entering = y + radius;
    const leaving = y - radius - 1;
    if (entering < height) {
      rows += 1;
      addRow(columnSums, data, entering * width);
    }
    if (leaving >= 0) {
      rows -= 1;
      removeRow(columnSums, data, leaving * width);
    }
    meanOfRow(columnSums, rows, radius, means, y * width);
  }
  return means;
}

function addRow(columnSums: Float64Array, data: Field['data'], row: number): void {
  for (let x = 0; x < columnSums.length; x += 1) {
    columnSums[x] = (columnSums[x] as number) + (data[row + x] as number);
  }
}

function removeRow(columnSums: Float64Array, data: Field['data'], row: number): void {
  for (let x = 0; x < columnSums.length; x += 1) {
    columnSums[x] = (columnSums[x] as number) - (data[row + x] as number);
  }
}

function meanOfRow(columnSums: Float64Array, rows: number, radius: number, means: Float32Array, row: number): void {
  const width = columnSums.length;
  let sum = 0;
  let columns = Math.min(radius, width);
  for (let x = 0; x < columns; x += 1) sum += columnSums[x] as number;
  // The square grows up to `full`, is whole up to `shrinking`, and loses columns from there.
  const full = Math.min(radius + 1, Math.max(width - radius, 0));
  const shrinking = Math.max(width - radius, full);
  let x = 0;
  for (; x < full; x += 1) {
    sum += columnSums[x + radius] as number;
    columns += 1;
    means[row + x] = sum / (rows * columns);
  }
  const area = rows * columns;
  for (; x < shrinking; x += 1) {
    sum += (columnSums[x + radius] as number) - (columnSums[x - radius - 1] as number);
    means[row + x] = sum / area;
  }
  for (; x < width; x += 1) {
    if (x > radius) {
      sum -= columnSums[x - radius - 1] as number;
      columns -= 1;
    }
    means[row + x] = sum / (rows * columns);
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
