import type { Finder } from './finders.ts';
import { type FunctionPatterns, functionPatterns, maxVersion, nearestVersion } from './function-patterns.ts';
import { finderCentre, fitGrid, type Match, type ModuleGrid, type Point } from './module-grid.ts';
import { climb, type ScoredGrid, seekCorner } from './refine-grid.ts';
import { listKnownModules } from './score-grid.ts';
import type { SymbolRegion } from './symbol-regions.ts';

export interface LocatedGrid extends ScoredGrid {
  patterns: FunctionPatterns;
}

/** Versions on either side of the one the distances tell. */
const versionReach = 2;

/** A version whose score is this little off the best may be the right one. */
const scoreSlack = 0.85;

/** Modules that a grid is first held against, and then. */
const coarseModules = 150;
const fineModules = 400;

/** What fits less at the start does not become a code by moving about. */
const leastStart = 0.2;

const flatNumbers = 8;
const allNumbers = 12;

/** Where the region's modules lie, for each version it may be of: best first, `count` at most. */
export function locateGrids(region: SymbolRegion, count: number): LocatedGrid[] {
  const middle = nearestVersion(region.modules);
  if (middle === undefined) return [];
  const flat = region.level.flat();
  const located: LocatedGrid[] = [];
  for (let version = middle - versionReach; version <= middle + versionReach; version += 1) {
    if (version < 1 || version > maxVersion) continue;
    const patterns = functionPatterns(version);
    const known = listKnownModules(patterns, coarseModules);
    const modulePx = sizeModule(region, patterns);
    located.push({ ...seekCorner(flat, makeStart(region, patterns.size), modulePx, known), patterns });
  }
  const climbed = keepBest(located, count + 1)
    .filter((one) => one.score >= leastStart)
    .map((one) => refine(region, one, flatNumbers));
  return keepBest(climbed, count).map((one) => refine(region, one, allNumbers));
}

function keepBest(located: LocatedGrid[], count: number): LocatedGrid[] {
  const sorted = located.toSorted((a, b) => b.score - a.score);
  const worst = (sorted[0]?.score ?? 0) * scoreSlack;
  return sorted.filter((one) => one.score >= worst).slice(0, count);
}

function refine(region: SymbolRegion, located: LocatedGrid, numbers: number): LocatedGrid {
  const { patterns } = located;
  const known = listKnownModules(patterns, fineModules);
  return { ...climb(region.level.flat(), located, sizeModule(region, patterns), known, numbers), patterns };
}

function sizeModule({ topLeft, topRight }: SymbolRegion, { size }: FunctionPatterns): number {
  return Math.hypot(topRight.x - topLeft.x, topRight.y - topLeft.y) / (size - 2 * finderCentre);
}

/** The three centres alone make a parallelogram; with the patterns' corners, the perspective shows. */
function makeStart({ topLeft: a, topRight: b, bottomLeft: c }: SymbolRegion, size: number): ModuleGrid {
  const affine = Float64Array.of(a.x, a.y, b.x, b.y, c.x, c.y, b.x + c.x - a.x, b.y + c.y - a.y, 0, 0, 0, 0);
  const across = { x: b.x - a.x, y: b.y - a.y };
  const down = { x: c.x - a.x, y: c.y - a.y };
  const far = size - 2 * finderCentre;
  const matches = [
    ...matchFinder(a, across, down, { x: 0, y: 0 }),
    ...matchFinder(b, across, down, { x: far, y: 0 }),
    ...matchFinder(c, across, down, { x: 0, y: far }),
  ];
  const fitted = matches.length > 3 ? fitGrid(matches, size) : undefined;
  return fitted ?? affine;
}

function matchFinder(finder: Finder, across: Point, down: Point, place: Point): Match[] {
  const middle = { module: { x: place.x + finderCentre, y: place.y + finderCentre }, pixel: finder };
  if (finder.corners === undefined) return [middle];
  const { corners } = finder;
  const determinant = across.x * down.y - across.y * down.x;
  // In the code's own directions, the first corner is the one that is both least across and least down.
  const depth = ({ x, y }: Point): number => (x * (down.y - across.y) - y * (down.x - across.x)) / determinant;
  const first = corners.reduce((best, corner, at) => (depth(corner) < depth(corners[best] as Point) ? at : best), 0);
  const side = 2 * finderCentre;
  const places = [
    place,
    { x: place.x + side, y: place.y },
    { x: place.x + side, y: place.y + side },
    { x: place.x, y: place.y + side },
  ];
  return [middle, ...places.map((module, at) => ({ module, pixel: corners[(first + at) % 4] as Point }))];
}
