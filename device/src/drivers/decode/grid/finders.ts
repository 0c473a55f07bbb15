import { type FinderCorners, traceCorners } from './finder-corners.ts';
import { type FinderSighting, findFinderPatterns } from './finder-patterns.ts';
import type { Level } from './levels.ts';
import { fitGrid, type Point } from './module-grid.ts';
import { type KnownModules, scoreGrid } from './score-grid.ts';

/** A place that looks like a finder pattern. */
export interface Finder extends Point {
  modulePx: number;
  /** Nothing where its ring runs into something else, as in the most blurred and the damaged. */
  corners: FinderCorners | undefined;
  /** How much it looks like one, about 0 to 1. */
  likeness: number;
}

/** Sightings that are looked at again. */
const maxSightings = 80;

/** What a place without corners is ranked as: behind those that look like a finder pattern, before those that do not. */
const unknownLikeness = 0.45;

const side = 7;

/** A finder pattern and the light frame around it, as a code of its own: 7 modules a side. */
const template: KnownModules = makeTemplate();

/** The places most like a finder pattern first. */
export function findFinders(level: Level): Finder[] {
  return findFinderPatterns(level.binary)
    .slice(0, maxSightings)
    .map((sighting) => judge(level, sighting))
    .sort((a, b) => b.likeness - a.likeness);
}

function judge(level: Level, sighting: FinderSighting): Finder {
  const { x, y, modulePx } = sighting;
  const without = { x, y, modulePx, corners: undefined, likeness: unknownLikeness };
  const corners = traceCorners(level.binary, sighting);
  if (corners === undefined) return without;
  const grid = fitGrid(
    corners.map((pixel, index) => ({ module: frame[index] as Point, pixel })),
    side,
    0,
  );
  if (grid === undefined) return without;
  return { ...centreOf(corners), modulePx, corners, likeness: scoreGrid(level.flat(), grid, template) };
}

const frame: readonly Point[] = [
  { x: 0, y: 0 },
  { x: side, y: 0 },
  { x: side, y: side },
  { x: 0, y: side },
];

/** Where the diagonals meet: in perspective the middle stays there. */
function centreOf([a, b, c, d]: FinderCorners): Point {
  const [acx, acy, bdx, bdy] = [c.x - a.x, c.y - a.y, d.x - b.x, d.y - b.y];
  const share = ((b.x - a.x) * bdy - (b.y - a.y) * bdx) / (acx * bdy - acy * bdx);
  return { x: a.x + share * acx, y: a.y + share * acy };
}

function makeTemplate(): KnownModules {
  const places = Array.from({ length: (side + 2) ** 2 }, (_, at) => ({
    x: (at % (side + 2)) - 1,
    y: Math.floor(at / (side + 2)) - 1,
  }));
  const ring = ({ x, y }: Point): number => Math.max(Math.abs(x - 3), Math.abs(y - 3));
  return {
    u: Float64Array.from(places, ({ x }) => (x + 0.5) / side),
    v: Float64Array.from(places, ({ y }) => (y + 0.5) / side),
    sign: Float64Array.from(places, (place) => (ring(place) === 2 || ring(place) === 4 ? 1 : -1)),
  };
}
