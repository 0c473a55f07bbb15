import { solveLinear } from './solve-linear.ts';

export interface Point {
  x: number;
  y: number;
}

/**
 * Where a code's modules lie in a picture: pixels of the points 3.5 modules in from its corners (top left, top right,
 * bottom left, bottom right: x, y each), then how far its middle is bent away, in pixels (across: x, y; down: x, y).
 */
export type ModuleGrid = Float64Array;

/** Finder patterns' centres are this far in. */
export const finderCentre = 3.5;

export type Project = (column: number, row: number) => Point;

/** From module coordinates (0 to `size` each) to pixels: a square's perspective (Heckbert 1989, 2.2.3), then the bend. */
export function createProjection(grid: ModuleGrid, size: number): Project {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = grid;
  const [bux = 0, buy = 0, bvx = 0, bvy = 0] = grid.subarray(8);
  const [dx1, dy1, dx2, dy2] = [x1 - x3, y1 - y3, x2 - x3, y2 - y3];
  const [sx, sy] = [x0 - x1 + x3 - x2, y0 - y1 + y3 - y2];
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / determinant;
  const h = (dx1 * sy - sx * dy1) / determinant;
  const [a, b, d, e] = [x1 - x0 + g * x1, x2 - x0 + h * x2, y1 - y0 + g * y1, y2 - y0 + h * y2];
  const scale = 1 / (size - 2 * finderCentre);
  return (column, row) => {
    const u = (column - finderCentre) * scale;
    const v = (row - finderCentre) * scale;
    const share = 1 / (g * u + h * v + 1);
    const [bendU, bendV] = [4 * u * (1 - u), 4 * v * (1 - v)];
    return {
      x: (a * u + b * v + x0) * share + bendU * bux + bendV * bvx,
      y: (d * u + e * v + y0) * share + bendU * buy + bendV * bvy,
    };
  };
}

/** Points known in both: in modules, and in pixels. */
export interface Match {
  module: Point;
  pixel: Point;
}

/**
 * The flat grid that brings at least four matches closest together; nothing when they lie in a line. Its points are
 * `inset` modules in from the corners.
 */
export function fitGrid(matches: readonly Match[], size: number, inset = finderCentre): ModuleGrid | undefined {
  const matrix = new Float64Array(64);
  const values = new Float64Array(8);
  for (const { module, pixel } of matches) {
    // Modules are brought to about 0…1: the equations' numbers are then alike in size.
    const [u, v] = [module.x / size, module.y / size];
    addEquation(matrix, values, [u, v, 1, 0, 0, 0, -u * pixel.x, -v * pixel.x], pixel.x);
    addEquation(matrix, values, [0, 0, 0, u, v, 1, -u * pixel.y, -v * pixel.y], pixel.y);
  }
  const solved = solveLinear(matrix, values);
  if (solved === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = solved;
  const near = inset / size;
  const grid = new Float64Array(12);
  for (const [index, [u, v]] of [
    [near, near] as const,
    [1 - near, near] as const,
    [near, 1 - near] as const,
    [1 - near, 1 - near] as const,
  ].entries()) {
    const share = 1 / (g * u + h * v + 1);
    if (!(share > 0)) return undefined;
    grid[2 * index] = (a * u + b * v + c) * share;
    grid[2 * index + 1] = (d * u + e * v + f) * share;
  }
  return grid;
}

/** Adds to the normal equations. */
function addEquation(matrix: Float64Array, values: Float64Array, row: readonly number[], value: number): void {
  for (const [i, left] of row.entries()) {
    if (left === 0) continue;
    for (const [j, right] of row.entries()) matrix[i * 8 + j] = (matrix[i * 8 + j] as number) + left * right;
    values[i] = (values[i] as number) + left * value;
  }
}
