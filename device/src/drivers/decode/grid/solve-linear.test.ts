import { describe, expect, it } from 'vitest';
import { solveLinear } from './solve-linear.ts';

describe('solveLinear', () => {
  it('solves equations whose first pivot is zero', () => {
    // y + z = 5, 2x + z = 5, x + y = 3
    const solved = solveLinear(Float64Array.of(0, 1, 1, 2, 0, 1, 1, 1, 0), Float64Array.of(5, 5, 3));
    expect([...solved!].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([1, 2, 3]);
  });

  it('says when the equations do not tell', () => {
    expect(solveLinear(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 2))).toBeUndefined();
  });
});
