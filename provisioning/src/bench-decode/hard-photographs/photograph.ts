import type { LumaImage } from '@scanpay/device/ports/decoder.ts';
import { smear, subPixels, toCapture } from '../phone-screens/capture.ts';
import { createPose, type Point } from '../phone-screens/pose.ts';
import type { Random } from '../phone-screens/random.ts';
import { createTable } from './paper.ts';
import type { Trial } from './trials.ts';

const photographFrame = { width: 960, height: 720 };

/** A camera's picture of a printed `code` (one pixel per module, with its quiet zone), as decoders get it. */
export async function photographPaper(code: LumaImage, trial: Trial, random: Random): Promise<LumaImage> {
  const { width, height } = photographFrame;
  const fits = (0.95 * Math.min(width, height)) / code.width;
  const modulePx = Math.min(trial.modulePx, fits);
  const exact = renderPaper(code, modulePx, trial, random);
  const smeared = smear({ data: exact, ...photographFrame }, trial.motionModules * modulePx, random);
  const blurPx = Math.max(0.4, trial.blurModules * modulePx);
  return toCapture({ data: smeared, ...photographFrame }, { blurPx, light: 1, noise: trial.noise }, random);
}

function renderPaper(code: LumaImage, modulePx: number, trial: Trial, random: Random): Float32Array {
  const { between } = random;
  const { width, height } = photographFrame;
  const codePx = code.width * modulePx;
  const pose = createPose({
    turn: (trial.turnDeg * Math.PI) / 180,
    tilt: (trial.tiltDeg * Math.PI) / 180,
    axis: between(0, Math.PI),
    distancePx: between(1.8, 3.5) * codePx,
  });
  const unbend = createUnbend(trial.bendRadius * code.width);
  const table = createTable(code, trial, random);
  const shade = createShade(trial.shadow, codePx, random);
  const spots = createSpots(trial.spots, codePx, random);
  const room = (side: number): number => Math.max(0, (side - codePx) / 2 - 8) * 0.8;
  const centre = {
    x: width / 2 + between(-1, 1) * room(width),
    y: height / 2 + between(-1, 1) * room(height),
  };
  return Float32Array.from({ length: width * height }, (_, at) => {
    const x = (at % width) + 0.5 - centre.x;
    const y = Math.floor(at / width) + 0.5 - centre.y;
    let sum = 0;
    for (const sub of subPixels) {
      const onPaper = pose({ x: x + sub.x, y: y + sub.y });
      sum += table(unbend({ x: onPaper.x / modulePx, y: onPaper.y / modulePx }));
    }
    return (sum / subPixels.length) * shade({ x, y }) + spots({ x, y });
  });
}

/** From where a point is seen to where it is on the paper, which lies on a cylinder whose axis is the y axis. */
function createUnbend(radius: number): (point: Point) => Point {
  if (radius === Number.POSITIVE_INFINITY) return (point) => point;
  const nowhere = { x: 1e6, y: 1e6 };
  return ({ x, y }) => (Math.abs(x) >= radius ? nowhere : { x: radius * Math.asin(x / radius), y });
}

/** Two stripes of shadow across the code, with edges of their own softness. */
function createShade(shadow: number, codePx: number, { between }: Random): (pixel: Point) => number {
  const stripes = Array.from({ length: 2 }, () => ({
    angle: between(0, 2 * Math.PI),
    from: between(-0.4, 0.2) * codePx,
    width: between(0.2, 0.8) * codePx,
    softness: between(0.01, 0.08) * codePx,
  }));
  return ({ x, y }) => {
    if (shadow === 1) return 1;
    let light = 1;
    for (const { angle, from, width, softness } of stripes) {
      const along = x * Math.cos(angle) + y * Math.sin(angle) - from;
      const inside = Math.min(along, width - along) / softness;
      light *= 1 - (1 - shadow) / (1 + Math.exp(-inside));
    }
    return Math.max(light, shadow);
  };
}

/** Lamps in the gloss of the paper: bright in the middle, with a wide soft rim. */
function createSpots(strength: number, codePx: number, { between }: Random): (pixel: Point) => number {
  const spots = Array.from({ length: 3 }, () => ({
    at: { x: between(-0.5, 0.5) * codePx, y: between(-0.5, 0.5) * codePx },
    spread: 2 * (between(0.06, 0.22) * codePx) ** 2,
  }));
  return ({ x, y }) => {
    if (strength === 0) return 0;
    let sum = 0;
    for (const { at, spread } of spots) {
      sum += strength * Math.exp(-((x - at.x) ** 2 + (y - at.y) ** 2) / spread);
    }
    return sum;
  };
}
