import { describe, expect, it } from 'vitest';
import { createProjection, fitGrid, type Point } from './module-grid.ts';

const size = 21;

/** A camera's view of a tilted plane. */
function see({ x, y }: Point): Point {
  const depth = 1 + 0.01 * x + 0.004 * y;
  return { x: 100 + (5 * x - y) / depth, y: 50 + (x + 4 * y) / depth };
}

const corners = [
  { x: 0, y: 0 },
  { x: 21, y: 0 },
  { x: 0, y: 21 },
  { x: 14, y: 5 },
  { x: 9, y: 14 },
];

describe('fitGrid', () => {
  it('finds the perspective from points on the plane', () => {
    const grid = fitGrid(
      corners.map((module) => ({ module, pixel: see(module) })),
      size,
    );
    const project = createProjection(grid!, size);
    for (const module of [
      { x: 21, y: 21 },
      { x: 3.5, y: 3.5 },
      { x: 10, y: 18 },
    ]) {
      const { x, y } = project(module.x, module.y);
      expect(x).toBeCloseTo(see(module).x, 4);
      expect(y).toBeCloseTo(see(module).y, 4);
    }
  });

  it('finds nothing when all points lie in a line', () => {
    const line = [0, 5, 10, 15].map((x) => ({ module: { x, y: x }, pixel: { x: 3 * x, y: 3 * x } }));
    expect(fitGrid(line, size)).toBeUndefined();
  });
});

describe('createProjection', () => {
  it('bends the middle and leaves the finder patterns where they are', () => {
    const flat = Float64Array.of(35, 35, 175, 35, 35, 175, 175, 175, 0, 0, 0, 0);
    const bent = Float64Array.of(...flat.subarray(0, 8), 0, 6, 0, 0);
    const project = createProjection(bent, size);
    expect(project(3.5, 3.5)).toEqual({ x: 35, y: 35 });
    expect(project(17.5, 17.5)).toEqual({ x: 175, y: 175 });
    expect(project(10.5, 3.5)).toEqual({ x: 105, y: 41 });
  });
});
