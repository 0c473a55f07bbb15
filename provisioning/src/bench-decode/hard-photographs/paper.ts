import type { LumaImage } from '@scanpay/device/ports/decoder.ts';
import type { Point } from '../phone-screens/pose.ts';
import type { Random } from '../phone-screens/random.ts';
import type { Trial } from './trials.ts';

/** Brightness at a point of the table, in modules off the code's centre. */
export type Table = (point: Point) => number;

/** How far the paper goes on beyond the code's quiet zone. */
const marginModules = 6;

interface Patch {
  at: Point;
  /** Half the width and height before the turn. */
  reach: Point;
  turn: number;
  luma: number;
}

/** A printed code on a sheet with lines of text, the sheet on a table with things on it. */
export function createTable(code: LumaImage, trial: Trial, random: Random): Table {
  const { between } = random;
  const half = code.width / 2;
  const { ink, paper } = trial;
  const table = between(30, 200);
  const things = Array.from({ length: 12 }, () => drawPatch(half * 5, half * 1.2, between(10, 250), random));
  const damage = drawDamage(half, trial, random);
  const phase = between(0, 10);
  return (point) => {
    const out = Math.max(Math.abs(point.x), Math.abs(point.y)) - half;
    if (out > marginModules) return things.find((thing) => covers(thing, point))?.luma ?? table;
    const spoiled = damage.find((patch) => covers(patch, point));
    if (spoiled !== undefined) return spoiled.luma;
    if (out >= 0) return isText(point, phase, half) ? ink : paper;
    const at = Math.floor(point.y + half) * code.width + Math.floor(point.x + half);
    return (code.data[at] === 0) === trial.inverted ? paper : ink;
  };
}

/** Rows of strokes below the code: what finder patterns are sought in vain among. */
function isText({ x, y }: Point, phase: number, half: number): boolean {
  if (y < half + 1) return false;
  const row = (y - half - 1) % 2.4;
  return row < 1.5 && Math.sin(7 * x + phase) + Math.sin(11.3 * x + Math.floor(y / 2.4)) > 0.5;
}

/** Rubbed off, scribbled over or stained patches that cover the wanted share of the code. */
function drawDamage(half: number, { damage, ink, paper }: Trial, random: Random): Patch[] {
  const patches: Patch[] = [];
  const wanted = damage * (2 * half) ** 2;
  for (let covered = 0; covered < wanted; ) {
    const luma = [paper, ink, (ink + paper) / 2][Math.floor(random.between(0, 3))] ?? paper;
    const patch = drawPatch(half * 0.95, half * 0.25, luma, random);
    patches.push(patch);
    covered += 4 * patch.reach.x * patch.reach.y;
  }
  return patches;
}

function drawPatch(spread: number, size: number, luma: number, { between }: Random): Patch {
  return {
    at: { x: between(-spread, spread), y: between(-spread, spread) },
    reach: { x: between(0.05, 1) * size, y: between(0.05, 1) * size },
    turn: between(0, Math.PI),
    luma,
  };
}

function covers({ at, reach, turn }: Patch, { x, y }: Point): boolean {
  const [dx, dy] = [x - at.x, y - at.y];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return Math.abs(dx * cos + dy * sin) < reach.x && Math.abs(dy * cos - dx * sin) < reach.y;
}
