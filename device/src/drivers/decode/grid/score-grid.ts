import type { Field } from '../luma-filters.ts';
import { type FunctionPatterns, unknown } from './function-patterns.ts';
import { finderCentre, type ModuleGrid } from './module-grid.ts';

/** Middles of the modules that are known beforehand, in the grid's own measure (0…1 between finder patterns). */
export interface KnownModules {
  u: Float64Array;
  v: Float64Array;
  /** 1 light, −1 dark. */
  sign: Float64Array;
}

/** About `count` of them, evenly over the code: enough to tell one grid from another in less time. */
export function listKnownModules(patterns: FunctionPatterns, count: number): KnownModules {
  const ofPatterns = listed.get(patterns) ?? new Map<number, KnownModules>();
  listed.set(patterns, ofPatterns);
  const known = ofPatterns.get(count) ?? listAnew(patterns, count);
  ofPatterns.set(count, known);
  return known;
}

const listed = new WeakMap<FunctionPatterns, Map<number, KnownModules>>();

/** Every so manieth module is taken; odd steps, for timing patterns alternate. */
const strides = [1, 3, 7, 11];

function listAnew({ size, modules }: FunctionPatterns, count: number): KnownModules {
  const all = [...modules.keys()].filter((at) => modules[at] !== unknown);
  const stride = strides.findLast((one) => all.length / one >= count) ?? 1;
  const places = all.filter((_, index) => index % stride === 0);
  const toShare = (at: number): number => (at + 0.5 - finderCentre) / (size - 2 * finderCentre);
  return {
    u: Float64Array.from(places, (at) => toShare(at % size)),
    v: Float64Array.from(places, (at) => toShare(Math.floor(at / size))),
    sign: Float64Array.from(places, (at) => (modules[at] === 1 ? -1 : 1)),
  };
}

/**
 * How well the picture fits what is known of the code, −1 to 1. In `flat` light is about 1, dark about −1.
 *
 * It is asked hundreds of times for a code: the projection of `createProjection`, without an object per point.
 */
export function scoreGrid({ data, width, height }: Field, grid: ModuleGrid, known: KnownModules): number {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = grid;
  const [bux = 0, buy = 0, bvx = 0, bvy = 0] = grid.subarray(8);
  const [dx1, dy1, dx2, dy2] = [x1 - x3, y1 - y3, x2 - x3, y2 - y3];
  const [sx, sy] = [x0 - x1 + x3 - x2, y0 - y1 + y3 - y2];
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / determinant;
  const h = (dx1 * sy - sx * dy1) / determinant;
  const [a, b, d, e] = [x1 - x0 + g * x1, x2 - x0 + h * x2, y1 - y0 + g * y1, y2 - y0 + h * y2];
  const { u: us, v: vs, sign } = known;
  let sum = 0;
  for (let index = 0; index < sign.length; index += 1) {
    const u = us[index] as number;
    const v = vs[index] as number;
    const share = 1 / (g * u + h * v + 1);
    const [bendU, bendV] = [4 * u * (1 - u), 4 * v * (1 - v)];
    const x = (a * u + b * v + x0) * share + bendU * bux + bendV * bvx - 0.5;
    const y = (d * u + e * v + y0) * share + bendU * buy + bendV * bvy - 0.5;
    if (!(x >= 0 && y >= 0 && x < width - 1 && y < height - 1)) continue;
    const left = x | 0;
    const top = y | 0;
    const [fx, fy] = [x - left, y - top];
    const at = top * width + left;
    const above = (data[at] as number) * (1 - fx) + (data[at + 1] as number) * fx;
    const below = (data[at + width] as number) * (1 - fx) + (data[at + width + 1] as number) * fx;
    sum += (sign[index] as number) * (above * (1 - fy) + below * fy);
  }
  return sum / sign.length;
}
