import type { Field } from '../luma-filters.ts';
import { type FunctionPatterns, unknown } from './function-patterns.ts';
import { marginSamples, perModule } from './sample-modules.ts';
import { solveLinear } from './solve-linear.ts';

/** Weights of the samples around a module's middle, row by row, and a constant. */
type Weights = Float64Array;

const reach = marginSamples;
const tapSide = 2 * reach + 1;
const tapCount = tapSide ** 2 + 1;

/** Weights near the plain mean are preferred, as if that many modules had told so. */
const ridge = 8;

/** The mean of a module's samples: what is right where nothing is blurred. */
export const plainMean: Weights = Float64Array.from({ length: tapCount }, (_, tap) => {
  const [dx, dy] = [(tap % tapSide) - reach, Math.floor(tap / tapSide) - reach];
  return tap < tapCount - 1 && Math.abs(dx) <= 1 && Math.abs(dy) <= 1 ? 1 / 9 : 0;
});

/** Brightness of each module as these weights have it: light above 0, dark below. */
export function weigh(samples: Field, size: number, weights: Weights): Float32Array {
  const values = new Float32Array(size * size);
  const taps = new Float64Array(tapCount);
  for (let at = 0; at < values.length; at += 1) {
    readTaps(samples, size, at, taps);
    let sum = 0;
    for (let tap = 0; tap < tapCount; tap += 1) sum += (taps[tap] as number) * (weights[tap] as number);
    values[at] = sum;
  }
  return values;
}

/**
 * The weights that bring the known modules closest to ±1 (least squares): a linear equaliser, as radio receivers train
 * it on a known preamble. It undoes blur, shake and samples that are a little off, whatever their direction.
 */
export function trainWeights(samples: Field, { size, modules }: FunctionPatterns): Weights {
  const matrix = new Float64Array(tapCount ** 2);
  const values = new Float64Array(tapCount);
  const taps = new Float64Array(tapCount);
  for (const [at, module] of modules.entries()) {
    if (module === unknown) continue;
    readTaps(samples, size, at, taps);
    let missing = module === 1 ? -1 : 1;
    for (let tap = 0; tap < tapCount; tap += 1) missing -= (taps[tap] as number) * (plainMean[tap] as number);
    addRow(matrix, values, taps, missing);
  }
  for (let tap = 0; tap < tapCount; tap += 1) {
    const diagonal = tap * tapCount + tap;
    matrix[diagonal] = (matrix[diagonal] as number) + ridge;
    for (let other = 0; other < tap; other += 1) {
      matrix[tap * tapCount + other] = matrix[other * tapCount + tap] as number;
    }
  }
  const change = solveLinear(matrix, values);
  return change === undefined ? plainMean : plainMean.map((weight, tap) => weight + (change[tap] as number));
}

/** The upper half alone: the lower one is its mirror image. */
function addRow(matrix: Float64Array, values: Float64Array, taps: Float64Array, value: number): void {
  for (let i = 0; i < tapCount; i += 1) {
    const left = taps[i] as number;
    const row = i * tapCount;
    for (let j = i; j < tapCount; j += 1) matrix[row + j] = (matrix[row + j] as number) + left * (taps[j] as number);
    values[i] = (values[i] as number) + left * value;
  }
}

function readTaps({ data, width }: Field, size: number, at: number, taps: Float64Array): void {
  const column = perModule * (at % size) + 1;
  const row = perModule * Math.floor(at / size) + 1;
  let tap = 0;
  for (let dy = 0; dy < tapSide; dy += 1) {
    const start = (row + dy) * width + column;
    for (let dx = 0; dx < tapSide; dx += 1, tap += 1) taps[tap] = data[start + dx] as number;
  }
  taps[tap] = 1;
}
