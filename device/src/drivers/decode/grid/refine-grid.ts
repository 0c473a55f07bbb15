import type { Field } from '../luma-filters.ts';
import type { ModuleGrid } from './module-grid.ts';
import { type KnownModules, scoreGrid } from './score-grid.ts';

export interface ScoredGrid {
  grid: ModuleGrid;
  score: number;
}

/** The last corner is the one nothing marks: it is first sought this far around, in modules. */
const cornerReach = 5;
const cornerStep = 0.7;

/** Steps by which each of the grid's numbers is tried larger and smaller, in modules. */
const steps = [0.8, 0.4, 0.2, 0.1];

const maxRounds = 4;

/** Moves the bottom right corner to where the grid fits best. */
export function seekCorner(flat: Field, start: ModuleGrid, modulePx: number, known: KnownModules): ScoredGrid {
  let best: ScoredGrid = { grid: start, score: scoreGrid(flat, start, known) };
  for (let dy = -cornerReach; dy <= cornerReach; dy += cornerStep) {
    for (let dx = -cornerReach; dx <= cornerReach; dx += cornerStep) {
      const grid = Float64Array.from(start);
      grid[6] = (start[6] as number) + dx * modulePx;
      grid[7] = (start[7] as number) + dy * modulePx;
      const score = scoreGrid(flat, grid, known);
      if (score > best.score) best = { grid, score };
    }
  }
  return best;
}

/** Climbs to the nearest grid that none of these steps makes any better; `numbers` of them are free to move. */
export function climb(
  flat: Field,
  start: ScoredGrid,
  modulePx: number,
  known: KnownModules,
  numbers: number,
): ScoredGrid {
  const grid = Float64Array.from(start.grid);
  let score = start.score;
  for (const step of steps) {
    for (let round = 0; round < maxRounds; round += 1) {
      const before = score;
      for (let at = 0; at < numbers; at += 1) {
        const kept = grid[at] as number;
        for (const way of [step * modulePx, -step * modulePx]) {
          grid[at] = kept + way;
          const tried = scoreGrid(flat, grid, known);
          if (tried > score) {
            score = tried;
            break;
          }
          grid[at] = kept;
        }
      }
      if (score === before) break;
    }
  }
  return { grid, score };
}
