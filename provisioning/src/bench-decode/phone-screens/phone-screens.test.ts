import { createHash } from 'node:crypto';
import { drawSymbol } from '@scanpay/device/testing/draw-symbol.ts';
import { describe, expect, it } from 'vitest';
import { createTimedDecoders } from '../decoders.ts';
import { captureScreen, frame } from './capture.ts';
import { conditionNames, drawCondition } from './conditions.ts';
import { createPose } from './pose.ts';
import { createRandom } from './random.ts';

async function capture(name: string, seed: number, modulePx = 5) {
  const random = createRandom(seed);
  const code = await drawSymbol('QRCode', 'SP1:6BFOXN%TS3DH0YOJ58S', 1, { ecLevel: 'M' });
  return captureScreen(code, modulePx, drawCondition(name, random), random);
}

describe('captureScreen', () => {
  it.each(conditionNames)('draws the same capture again from the same seed, another from another: %s', async (name) => {
    const hash = async (seed: number) =>
      createHash('sha256')
        .update((await capture(name, seed)).data)
        .digest('hex');
    const first = await hash(1);
    expect(await hash(1)).toBe(first);
    expect(await hash(2)).not.toBe(first);
  });

  it('shows a code that can be read when the phone is held well', async () => {
    const image = await capture('held well', 7);
    expect(image).toMatchObject(frame);
    const { texts } = await createTimedDecoders().read('default pipeline', ['QRCode'], image);
    expect(texts).toEqual(['SP1:6BFOXN%TS3DH0YOJ58S']);
  });

  it('makes low light darker and dark mode darker on the screen', async () => {
    const mean = async (name: string) => {
      const { data } = await capture(name, 3, 12);
      return data.reduce((sum, luma) => sum + luma, 0) / data.length;
    };
    const held = await mean('held well');
    expect(await mean('low light')).toBeLessThan(held * 0.4);
    expect(await mean('dark mode')).toBeLessThan(held * 0.9);
  });
});

describe('createPose', () => {
  it('keeps the centre, and the scale where nothing is tilted', () => {
    const straight = createPose({ turn: 0, tilt: 0, axis: 0, distancePx: 500 });
    expect(straight({ x: 30, y: -20 })).toEqual({ x: 30, y: -20 });
    const centre = createPose({ turn: 0.1, tilt: 0.7, axis: 1, distancePx: 500 })({ x: 0, y: 0 });
    expect(Math.hypot(centre.x, centre.y)).toBeCloseTo(0);
  });

  it('agrees with the perspective of a screen tilted by 30° about the vertical', () => {
    const tilt = Math.PI / 6;
    const pose = createPose({ turn: 0, tilt, axis: Math.PI / 2, distancePx: 400 });
    // A point 100 right on the screen is √3/2·100 right and 50 nearer.
    const depth = 400 - 100 * Math.sin(tilt);
    const point = pose({ x: (400 * 100 * Math.cos(tilt)) / depth, y: (400 * 40) / depth });
    expect(point.x).toBeCloseTo(100);
    expect(point.y).toBeCloseTo(40);
  });
});

describe('createRandom', () => {
  it('is even between its bounds, and normal where told so', () => {
    const { between, normal } = createRandom(5);
    const even = Array.from({ length: 10_000 }, () => between(2, 4));
    expect(Math.min(...even)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...even)).toBeLessThan(4);
    expect(even.reduce((sum, value) => sum + value, 0) / even.length).toBeCloseTo(3, 1);
    const squares = Array.from({ length: 10_000 }, () => normal() ** 2);
    expect(squares.reduce((sum, value) => sum + value, 0) / squares.length).toBeCloseTo(1, 1);
  });
});
