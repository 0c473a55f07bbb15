import type { Random } from '../phone-screens/random.ts';

/** What makes a photograph of a printed code hard; the values of an easy one are in `easy`. */
export interface Trial {
  /** Camera pixels per module at the code's centre. */
  modulePx: number;
  tiltDeg: number;
  turnDeg: number;
  /** Radius of the cylinder the paper lies on, in widths of the code; `Infinity` is flat. */
  bendRadius: number;
  /** Standard deviation of the lens's blur, in modules. */
  blurModules: number;
  /** How far the code moves while the shutter is open, in modules. */
  motionModules: number;
  /** Brightness in the shadows, a share of that beside them; 1 is none. */
  shadow: number;
  /** Brightness of reflections that wash out what lies under them, of 255. */
  spots: number;
  /** Ink and paper, of 255. */
  ink: number;
  paper: number;
  /** Share of the code's area that is torn off, scribbled over or stained. */
  damage: number;
  /** Standard deviation of the sensor's noise, of 255. */
  noise: number;
  /** Number on the code, 1 to 40: 17 + 4 × version modules a side. */
  version: number;
  inverted: boolean;
}

type Spoil = (random: Random) => Partial<Trial>;

const spoils = {
  perspective: ({ between }) => ({ tiltDeg: between(45, 65) }),
  curved: ({ between }) => ({ bendRadius: between(0.5, 0.9) }),
  shadows: ({ between }) => ({ shadow: between(0.12, 0.35) }),
  'bright spots': ({ between }) => ({ spots: between(150, 400) }),
  'low contrast': ({ between }) => {
    const ink = between(20, 170);
    return { ink, paper: ink + between(14, 36), noise: between(1, 3) };
  },
  'out of focus': ({ between }) => ({ blurModules: between(0.6, 1.05) }),
  motion: ({ between }) => ({ motionModules: between(1, 2) }),
  damaged: ({ between }) => ({ damage: between(0.02, 0.09) }),
  'far away': ({ between }) => ({ modulePx: between(1.6, 2.4) }),
  'close up': ({ between }) => ({ modulePx: between(16, 28), blurModules: between(0.3, 0.7), version: 3 }),
  dense: ({ between }) => ({ version: Math.round(between(15, 25)), modulePx: between(2.2, 3.2) }),
} satisfies Record<string, Spoil>;

const combined = 2;

const draws: Record<string, Spoil> = {
  ...spoils,
  combined: (random) => {
    const drawn = random.shuffle(Object.values<Spoil>(spoils)).slice(0, combined);
    return Object.assign({}, ...drawn.map((spoil) => spoil(random))) as Partial<Trial>;
  },
};

export const trialNames: readonly string[] = Object.keys(draws);

export function drawTrial(name: string, random: Random): Trial {
  const { between } = random;
  const easy = {
    modulePx: between(4, 7),
    tiltDeg: between(0, 20),
    turnDeg: between(0, 360),
    bendRadius: Number.POSITIVE_INFINITY,
    blurModules: 0.15,
    motionModules: 0,
    shadow: 1,
    spots: 0,
    ink: between(10, 50),
    paper: between(150, 240),
    damage: 0,
    noise: between(1, 5),
    version: Math.round(between(1, 10)),
    inverted: false,
  };
  return { ...easy, ...draws[name]?.(random) };
}
