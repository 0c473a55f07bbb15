import type { LumaImage } from '../../../ports/decoder.ts';
import { type Finder, findFinders } from './finders.ts';
import { type Level, makeLevels } from './levels.ts';
import { finderCentre, type Point } from './module-grid.ts';

/** Where a QR code may be: three finder patterns in a copy of the picture. */
export interface SymbolRegion {
  level: Level;
  topLeft: Finder;
  topRight: Finder;
  bottomLeft: Finder;
  /** Modules along a side, as the distances have it; off by a few. */
  modules: number;
  /** How little the three look like one code's, 0 is a perfect square. */
  misfit: number;
}

type Triple = readonly [topLeft: Finder, topRight: Finder, bottomLeft: Finder];

/** Of the patterns most like finder patterns, that many are taken three by three: at most 364 triples. */
const maxFinders = 14;

/**
 * Regions of the picture, halved `halvings` times, and of its smaller copies: those most like a code first, at most
 * `count`.
 */
export function findSymbolRegions(image: LumaImage, halvings: number, count: number): SymbolRegion[] {
  const regions: SymbolRegion[] = [];
  for (const level of makeLevels(image, halvings)) {
    const finders = findFinders(level).slice(0, maxFinders);
    for (const triple of listTriples(finders)) {
      const region = matchTriple(level, triple);
      if (region !== undefined) regions.push(region);
    }
  }
  regions.sort((a, b) => a.misfit - b.misfit);
  return dropRepeats(regions, image.width, count);
}

/** Each three finder patterns, each of them as the corner that the other two lie beside. */
function* listTriples(finders: readonly Finder[]): Generator<Triple> {
  for (const [i, a] of finders.entries()) {
    for (const [j, b] of finders.slice(i + 1).entries()) {
      for (const c of finders.slice(i + j + 2)) yield* [orient(a, b, c), orient(b, c, a), orient(c, a, b)];
    }
  }
}

function orient(corner: Finder, first: Finder, second: Finder): Triple {
  const cross = (first.x - corner.x) * (second.y - corner.y) - (first.y - corner.y) * (second.x - corner.x);
  return cross > 0 ? [corner, first, second] : [corner, second, first];
}

function matchTriple(level: Level, [topLeft, topRight, bottomLeft]: Triple): SymbolRegion | undefined {
  const across = { x: topRight.x - topLeft.x, y: topRight.y - topLeft.y };
  const down = { x: bottomLeft.x - topLeft.x, y: bottomLeft.y - topLeft.y };
  const sine = Math.abs(across.x * down.y - across.y * down.x) / (length(across) * length(down));
  const row = [alongWay(topLeft, across), alongWay(topRight, across)] as const;
  const column = [alongWay(topLeft, down), alongWay(bottomLeft, down)] as const;
  const columns = countModules(row, across);
  const rows = countModules(column, down);
  const modules = Math.sqrt(columns * rows);
  const skew = Math.abs(Math.log(columns / rows));
  if (!(skew < 0.5 && sine > 0.35 && modules > 17 && modules < 200)) return undefined;
  const likeness = (topLeft.likeness + topRight.likeness + bottomLeft.likeness) / 3;
  const askew = [...row, ...column].reduce((sum, one) => sum + one.askew, 0) / 2;
  const misfit = 2 * skew + (1 - sine) / 2 + askew + 2 * (1 - likeness);
  return { level, topLeft, topRight, bottomLeft, modules, misfit };
}

interface AlongWay {
  modulePx: number;
  /** How far the pattern's sides are off the way, as a sine. */
  askew: number;
}

/** What a pattern without corners counts as: between a side that runs along the way and one that does not. */
const unknownAskew = 0.25;

/**
 * Modules along `way` from one finder pattern to the other, and to the code's ends. In perspective, a distance is the
 * number of modules on it times the geometric mean of their lengths at its ends, exactly.
 */
function countModules([from, to]: readonly [AlongWay, AlongWay], way: Point): number {
  return length(way) / Math.sqrt(from.modulePx * to.modulePx) + 2 * finderCentre;
}

/** The two sides that run most along the way; their mean is seven modules. */
function alongWay({ corners, modulePx }: Finder, way: Point): AlongWay {
  if (corners === undefined) return { modulePx, askew: unknownAskew };
  const [a, b, c, d] = corners;
  const first = { x: b.x - a.x + c.x - d.x, y: b.y - a.y + c.y - d.y };
  const second = { x: c.x - b.x + d.x - a.x, y: c.y - b.y + d.y - a.y };
  const along = (side: Point): number => Math.abs(side.x * way.x + side.y * way.y) / length(side);
  const side = along(first) > along(second) ? first : second;
  const askew = Math.abs(side.x * way.y - side.y * way.x) / (length(side) * length(way));
  return { modulePx: length(side) / 14, askew };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function length({ x, y }: Point): number {
  return Math.hypot(x, y);
}

/** The same three patterns are found at several levels: the best of these is enough. */
function dropRepeats(regions: readonly SymbolRegion[], width: number, count: number): SymbolRegion[] {
  const kept: SymbolRegion[] = [];
  for (const region of regions) {
    if (kept.length >= count) break;
    if (!kept.some((other) => isSame(other, region, width))) kept.push(region);
  }
  return kept;
}

function isSame(a: SymbolRegion, b: SymbolRegion, width: number): boolean {
  const [scaleA, scaleB] = [width / a.level.image.width, width / b.level.image.width];
  const near = distance(a.topLeft, a.topRight) * scaleA * 0.1;
  return (['topLeft', 'topRight', 'bottomLeft'] as const).every((corner) => {
    const [one, two] = [a[corner], b[corner]];
    return Math.hypot(one.x * scaleA - two.x * scaleB, one.y * scaleA - two.y * scaleB) < near;
  });
}
