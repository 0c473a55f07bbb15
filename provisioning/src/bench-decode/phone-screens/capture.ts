import type { LumaImage } from '@scanpay/device/ports/decoder.ts';
import { loadLuma } from '@scanpay/device/testing/load-luma.ts';
import sharp from 'sharp';
import type { Condition } from './conditions.ts';
import { createPose, type Point } from './pose.ts';
import type { Random } from './random.ts';
import { createScreen, marginModules } from './screen.ts';

/** Brightness before the sensor rounds and clips it, row by row. */
export interface Picture {
  data: Float32Array;
  width: number;
  height: number;
}

export const frame = { width: 640, height: 480 };

const jpegQuality = 80;

/** Each pixel of the camera is the mean of these points of it. */
export const subPixels = [-0.25, 0.25].flatMap((y) => [-0.25, 0.25].map((x) => ({ x, y })));

/**
 * A camera's picture of a phone that shows `code` (one pixel per module, with its quiet zone), as decoders get it: a
 * JPEG, taken apart again.
 */
export async function captureScreen(
  code: LumaImage,
  modulePx: number,
  condition: Condition,
  random: Random,
): Promise<LumaImage> {
  const exact = { data: renderScreen(code, modulePx, condition, random), ...frame };
  return toCapture({ data: smear(exact, condition.motionPx, random), ...frame }, condition, random);
}

/** What lens, sensor and JPEG make of the light that falls into the camera. */
export async function toCapture(
  { data, width, height }: Picture,
  { blurPx, light, noise }: Pick<Condition, 'blurPx' | 'light' | 'noise'>,
  random: Random,
): Promise<LumaImage> {
  const raw = { width, height, channels: 1 } as const;
  const seen = await sharp(Uint8Array.from(data, clamp), { raw }).blur(blurPx).extractChannel(0).raw().toBuffer();
  const sensed = Uint8Array.from(seen, (luma) => clamp(luma * light + noise * random.normal()));
  const grey = sharp(sensed, { raw }).toColourspace('srgb');
  return loadLuma(await grey.jpeg({ quality: jpegQuality }).toBuffer());
}

const clamp = (luma: number): number => Math.min(255, Math.max(0, Math.round(luma)));

function renderScreen(code: LumaImage, modulePx: number, condition: Condition, random: Random): Float32Array {
  const { between } = random;
  const codePx = code.width * modulePx;
  const turn = between(-0.15, 0.15);
  const tilt = (condition.tiltDeg * Math.PI) / 180;
  const toScreen = createPose({ turn, tilt, axis: between(0, Math.PI), distancePx: between(2, 4) * codePx });
  const screen = createScreen(code, condition, random);
  const shine = createShine(condition.glare, codePx, random);
  const grid = createGrid(condition.moire, code.width / 2 + marginModules, random);
  const centre = { x: frame.width / 2 + between(-20, 20), y: frame.height / 2 + between(-8, 8) };
  const toModules = (pixel: Point): Point => {
    const { x, y } = toScreen(pixel);
    return { x: x / modulePx, y: y / modulePx };
  };
  return Float32Array.from({ length: frame.width * frame.height }, (_, at) => {
    const x = (at % frame.width) + 0.5 - centre.x;
    const y = Math.floor(at / frame.width) + 0.5 - centre.y;
    let sum = 0;
    for (const sub of subPixels) sum += screen(toModules({ x: x + sub.x, y: y + sub.y }));
    return (sum / subPixels.length) * grid(toModules({ x, y })) + shine({ x, y });
  });
}

/** A lamp in the glass: a soft spot somewhere on the code. */
function createShine(glare: number, codePx: number, { between }: Random): (pixel: Point) => number {
  const spot = { x: between(-0.4, 0.4) * codePx, y: between(-0.4, 0.4) * codePx };
  const spread = 2 * (between(0.08, 0.2) * codePx) ** 2;
  return ({ x, y }) => (glare === 0 ? 0 : glare * Math.exp(-((x - spot.x) ** 2 + (y - spot.y) ** 2) / spread));
}

/** The gaps between the phone's own pixels, of which a module has several: seen pixel by pixel they beat (moiré). */
function createGrid(depth: number, reach: number, { between }: Random): (point: Point) => number {
  const turns = 2 * Math.PI * between(3, 8);
  return ({ x, y }) => {
    if (Math.max(Math.abs(x), Math.abs(y)) > reach) return 1;
    return 1 - (depth * (2 + Math.cos(turns * x) + Math.cos(turns * y))) / 4;
  };
}

/** The mean of the picture along a short straight way. */
export function smear({ data, width, height }: Picture, lengthPx: number, { between }: Random): Float32Array {
  const angle = between(0, Math.PI);
  if (lengthPx === 0) return data;
  const steps = Math.ceil(lengthPx) + 1;
  const ways = Array.from({ length: steps }, (_, step) => {
    const along = (step / (steps - 1) - 0.5) * lengthPx;
    return { x: Math.round(along * Math.cos(angle)), y: Math.round(along * Math.sin(angle)) };
  });
  return data.map((_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    let sum = 0;
    for (const way of ways) {
      const wayX = Math.min(Math.max(x + way.x, 0), width - 1);
      const wayY = Math.min(Math.max(y + way.y, 0), height - 1);
      sum += data[wayY * width + wayX] as number;
    }
    return sum / steps;
  });
}
