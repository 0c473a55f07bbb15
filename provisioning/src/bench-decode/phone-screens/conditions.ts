import type { Random } from './random.ts';

/** What stands between a phone's screen and its picture; the values of a phone held well are in `held`. */
export interface Condition {
  /** Standard deviation of the lens's blur, camera pixels. */
  blurPx: number;
  /** How far the phone moves while the shutter is open, camera pixels. */
  motionPx: number;
  tiltDeg: number;
  /** Brightness of a lamp's reflection, of 255. */
  glare: number;
  /** Share of the usual brightness that reaches the camera. */
  light: number;
  /** Standard deviation of the sensor's noise, of 255. */
  noise: number;
  /** How much darker it is between the screen's pixels, 0 to 1. */
  moire: number;
  /** Light modules on a dark screen. */
  dark: boolean;
  /** Cracks in the glass. */
  cracks: number;
}

type Spoil = (random: Random) => Partial<Condition>;

const spoils = {
  blur: ({ between }) => ({ blurPx: between(0.8, 1.8) }),
  motion: ({ between }) => ({ motionPx: between(2, 7) }),
  tilt: ({ between }) => ({ tiltDeg: between(20, 45) }),
  glare: ({ between }) => ({ glare: between(120, 300) }),
  'low light': ({ between }) => ({ light: between(0.08, 0.25), noise: between(4, 8) }),
  // With the grid of `createGrid`, zxing-wasm reads about a fifth of these, and half after a 3×3 blur.
  moiré: ({ between }) => ({ moire: between(0.6, 0.9) }),
  'dark mode': () => ({ dark: true }),
  cracks: ({ between }) => ({ cracks: Math.round(between(2, 6)) }),
} satisfies Record<string, Spoil>;

const combined = 3;

const draws: Record<string, Spoil> = {
  'held well': () => ({}),
  ...spoils,
  combined: (random) => {
    const drawn = random.shuffle(Object.values<Spoil>(spoils)).slice(0, combined);
    return Object.assign({}, ...drawn.map((spoil) => spoil(random))) as Partial<Condition>;
  },
};

export const conditionNames: readonly string[] = Object.keys(draws);

export function drawCondition(name: string, random: Random): Condition {
  const held = { blurPx: 0.5, motionPx: 0, tiltDeg: random.between(0, 8), glare: 0, light: 1, noise: 2 };
  return { ...held, moire: 0, dark: false, cracks: 0, ...draws[name]?.(random) };
}
