import { describe, expect, it } from 'vitest';
import { boxBlur, flatten, halve, localMean, sharpen } from './luma-filters.ts';

describe('boxBlur', () => {
  it('is the mean of each pixel and its neighbours, the border counted twice', () => {
    const { data } = boxBlur({ data: Uint8Array.of(9, 0, 0, 0, 90, 0, 0, 0, 0), width: 3, height: 3 });
    // Top left: 9 four times (itself and its mirror images), 90 once.
    expect([...data]).toEqual([14, 12, 10, 12, 11, 10, 10, 10, 10]);
  });

  it('leaves an even picture as it is, whatever its shape', () => {
    for (const [width, height] of [
      [1, 1],
      [5, 1],
      [1, 5],
      [4, 3],
    ] as const) {
      const data = new Uint8Array(width * height).fill(200);
      expect(boxBlur({ data, width, height })).toEqual({ data, width, height });
    }
  });
});

describe('halve', () => {
  it('is the mean of each four pixels, without a last odd row or column', () => {
    const image = { data: Uint8Array.of(0, 2, 9, 4, 6, 9, 9, 9, 9), width: 3, height: 3 };
    expect(halve(image)).toEqual({ data: Uint8Array.of(3), width: 1, height: 1 });
  });

  it('keeps a picture one pixel wide', () => {
    const image = { data: Uint8Array.of(1, 2), width: 1, height: 2 };
    expect(halve(image)).toBe(image);
  });
});

describe('localMean', () => {
  it.each([0, 1, 2, 9])('is the mean of what lies in the square and in the picture: radius %i', (radius) => {
    const [width, height] = [7, 5];
    const data = Uint8Array.from({ length: width * height }, (_, at) => (at * 97) % 256);
    const means = localMean({ data, width, height }, radius);
    for (const at of data.keys()) {
      const near = [...data.keys()].filter((other) => {
        const dx = (other % width) - (at % width);
        const dy = Math.floor(other / width) - Math.floor(at / width);
        return Math.max(Math.abs(dx), Math.abs(dy)) <= radius;
      });
      const sum = near.reduce((total, other) => total + data[other]!, 0);
      expect(means[at]).toBeCloseTo(sum / near.length, 3);
    }
  });
});

describe('flatten', () => {
  it('brings stripes in the light and faint ones in the shade to the same contrast', () => {
    const [width, height] = [60, 20];
    const shade = (x: number): number => (x < 30 ? 1 : 0.2);
    const luma = (x: number): number => shade(x) * (Math.floor(x / 2) % 2 === 0 ? 240 : 40);
    const data = Uint8Array.from({ length: width * height }, (_, at) => luma(at % width));
    const flat = flatten({ data, width, height }, 5, 1);
    for (const x of [8, 12, 44, 48]) {
      expect(flat[10 * width + x], `light at ${x}`).toBeGreaterThan(0.7);
      expect(flat[10 * width + x + 2], `dark at ${x}`).toBeLessThan(-0.7);
    }
  });

  it('does not blow noise up', () => {
    const data = Uint8Array.from({ length: 400 }, (_, at) => 100 + (at % 2));
    const flat = flatten({ data, width: 20, height: 20 }, 4, 3);
    expect(Math.max(...flat.map(Math.abs))).toBeLessThan(0.3);
  });
});

describe('sharpen', () => {
  it('makes what is darker than its surroundings darker, and leaves the even as it is', () => {
    const data = new Uint8Array(81).fill(100);
    data[40] = 91;
    const sharp = sharpen({ data, width: 9, height: 9 }, 1, 2);
    expect(sharp.data[0]).toBe(100);
    // The surroundings' mean of means is 1 lower: 91 + 2 × (91 − 99).
    expect(sharp.data[40]).toBe(75);
    expect(data[40]).toBe(91);
  });

  it('stays within black and white', () => {
    const data = Uint8Array.of(0, 255, 0, 255, 0, 255, 0, 255, 0);
    expect([...sharpen({ data, width: 3, height: 3 }, 1, 4).data]).toEqual([...data]);
  });
});
