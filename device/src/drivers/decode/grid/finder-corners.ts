import type { Binary } from './binary.ts';
import type { FinderSighting } from './finder-patterns.ts';
import type { Point } from './module-grid.ts';

/** The outer corners of a finder pattern, clockwise. */
export type FinderCorners = readonly [Point, Point, Point, Point];

/** No part of the ring is further from the centre than that, in modules; in a tilted one some are. */
const maxReach = 8;

/** The corners of the dark ring around the centre. Nothing where the ring runs into something dark beside it. */
export function traceCorners(binary: Binary, sighting: FinderSighting): FinderCorners | undefined {
  const start = findRing(binary, sighting);
  const ring = start === undefined ? undefined : fillRing(binary, sighting, start);
  return ring && cornersOf(ring, binary.width, sighting);
}

/** To the right, from the centre past the dark core and the light gap. */
function findRing({ dark, width }: Binary, { x, y, modulePx }: FinderSighting): number | undefined {
  const row = Math.floor(y) * width;
  const end = Math.min(x + maxReach * modulePx, width - 1);
  let at = Math.floor(x);
  while (at < end && dark[row + at] === 1) at += 1;
  while (at < end && dark[row + at] === 0) at += 1;
  return at < end ? row + at : undefined;
}

function fillRing({ dark, width, height }: Binary, sighting: FinderSighting, start: number): number[] | undefined {
  const reach = (maxReach * sighting.modulePx) ** 2;
  const filled = [start];
  const seen = new Set(filled);
  for (let index = 0; index < filled.length; index += 1) {
    const at = filled[index] as number;
    const x = at % width;
    const y = Math.floor(at / width);
    if ((x - sighting.x) ** 2 + (y - sighting.y) ** 2 > reach) return undefined;
    for (const [dx, dy] of neighbours) {
      const next = at + dy * width + dx;
      const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
      if (inside && dark[next] === 1 && !seen.has(next)) {
        seen.add(next);
        filled.push(next);
      }
    }
  }
  return filled;
}

const neighbours = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/** Two corners are as far apart as can be, the others furthest to either side of the line between them. */
function cornersOf(ring: readonly number[], width: number, centre: Point): FinderCorners {
  const points = ring.map((at) => ({ x: (at % width) + 0.5, y: Math.floor(at / width) + 0.5 }));
  const furthest = (reach: (point: Point) => number): Point => {
    let best: Point = centre;
    let bestReach = 0;
    for (const point of points) {
      const reached = reach(point);
      if (reached > bestReach) [best, bestReach] = [point, reached];
    }
    return best;
  };
  const a = furthest((point) => Math.hypot(point.x - centre.x, point.y - centre.y));
  const c = furthest((point) => Math.hypot(point.x - a.x, point.y - a.y));
  const aside = (point: Point): number => (c.x - a.x) * (point.y - a.y) - (c.y - a.y) * (point.x - a.x);
  const b = furthest((point) => -aside(point));
  const d = furthest(aside);
  // From the middles of the outermost pixels to their ends.
  return [grow(a, centre), grow(b, centre), grow(c, centre), grow(d, centre)];
}

function grow(corner: Point, centre: Point): Point {
  const [dx, dy] = [corner.x - centre.x, corner.y - centre.y];
  const share = 1 + 0.5 / Math.max(Math.hypot(dx, dy), 1);
  return { x: centre.x + dx * share, y: centre.y + dy * share };
}
