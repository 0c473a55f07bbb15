import type { Binary } from './binary.ts';

/** One of a QR code's three corner marks: dark and light in the ratio 1:1:3:1:1 through its centre. */
export interface FinderSighting {
  x: number;
  y: number;
  modulePx: number;
  /** Rows on which it was seen. */
  rows: number;
}

/** More than these are not kept; a picture full of stripes must not take for ever. */
const maxSightings = 600;

/** How far a run may be off its share, in modules. */
const tolerance = 0.7;

/**
 * Finder patterns 7 to about 50 pixels wide, most often seen first.
 *
 * Looser than the libraries' own search, since what it finds is only looked at again: 1:1:3:1:1 along a row, then along
 * the column through its middle. Larger patterns are found in a smaller copy of the picture.
 */
export function findFinderPatterns(binary: Binary): FinderSighting[] {
  const found: FinderSighting[] = [];
  const runs = new Int32Array(binary.width + 2);
  for (let y = 0; y < binary.height && found.length < maxSightings; y += 1) {
    const count = listRuns(binary, y, runs);
    // Runs alternate, the first is light (perhaps empty): dark ones have odd places.
    for (let at = 1; at + 5 <= count; at += 2) {
      const start = runs[at] as number;
      const end = runs[at + 5] as number;
      const modulePx = ratioModule(
        (runs[at + 1] as number) - start,
        (runs[at + 2] as number) - (runs[at + 1] as number),
        (runs[at + 3] as number) - (runs[at + 2] as number),
        (runs[at + 4] as number) - (runs[at + 3] as number),
        end - (runs[at + 4] as number),
      );
      if (modulePx > 0) addSighting(found, binary, { x: (start + end) / 2, y, modulePx, rows: 1 });
    }
  }
  return found.filter((one) => one.rows >= 2).sort((a, b) => b.rows / b.modulePx - a.rows / a.modulePx);
}

/** Writes where each run of the row starts, and then where the row ends; says how many numbers these are less one. */
function listRuns({ dark, width }: Binary, y: number, runs: Int32Array): number {
  const row = y * width;
  let count = 0;
  let colour = 0;
  runs[0] = 0;
  for (let x = 0; x < width; x += 1) {
    if (dark[row + x] !== colour) {
      colour = 1 - colour;
      count += 1;
      runs[count] = x;
    }
  }
  runs[count + 1] = width;
  return count + 1;
}

/** Pixels per module of five runs 1:1:3:1:1; 0 when they are in another ratio. */
function ratioModule(a: number, b: number, c: number, d: number, e: number): number {
  const modulePx = (a + b + c + d + e) / 7;
  if (modulePx < 0.95) return 0;
  const allowed = tolerance * modulePx;
  const fits =
    Math.abs(a - modulePx) < allowed + 0.5 &&
    Math.abs(b - modulePx) < allowed + 0.5 &&
    Math.abs(c - 3 * modulePx) < 2 * allowed &&
    Math.abs(d - modulePx) < allowed + 0.5 &&
    Math.abs(e - modulePx) < allowed + 0.5;
  return fits ? modulePx : 0;
}

function addSighting(found: FinderSighting[], binary: Binary, seen: FinderSighting): void {
  const down = measureColumn(binary, Math.floor(seen.x), seen.y, 12 * seen.modulePx);
  if (down === undefined) return;
  const [larger, smaller] = [Math.max(down.modulePx, seen.modulePx), Math.min(down.modulePx, seen.modulePx)];
  if (larger > 2.5 * smaller) return;
  const modulePx = Math.sqrt(larger * smaller);
  const known = found.find((one) => Math.hypot(one.x - seen.x, one.y - down.y) < 2 * one.modulePx);
  if (known === undefined) {
    found.push({ x: seen.x, y: down.y, modulePx, rows: 1 });
    return;
  }
  const share = 1 / (known.rows + 1);
  known.x += (seen.x - known.x) * share;
  known.y += (down.y - known.y) * share;
  known.modulePx += (modulePx - known.modulePx) * share;
  known.rows += 1;
}

/** The five runs of a column around a pixel of the middle one: where their centre is, and how long a module. */
function measureColumn(
  { dark, width, height }: Binary,
  x: number,
  y: number,
  maxPx: number,
): { y: number; modulePx: number } | undefined {
  if (dark[y * width + x] !== 1) return undefined;
  const walk = (from: number, way: -1 | 1): number[] => {
    const ends: number[] = [];
    let colour = 1;
    let at = from;
    while (ends.length < 3 && at >= 0 && at < height && Math.abs(at - from) <= maxPx) {
      at += way;
      const next = at >= 0 && at < height ? dark[at * width + x] : -1;
      if (next !== colour) {
        ends.push(Math.abs(at - from));
        colour = 1 - colour;
      }
    }
    return ends;
  };
  const [up, down] = [walk(y, -1), walk(y, 1)];
  if (up.length < 3 || down.length < 3) return undefined;
  const [u1 = 0, u2 = 0, u3 = 0] = up;
  const [d1 = 0, d2 = 0, d3 = 0] = down;
  const modulePx = ratioModule(u3 - u2, u2 - u1, u1 + d1 - 1, d2 - d1, d3 - d2);
  return modulePx === 0 ? undefined : { y: y + (d1 - u1) / 2 + 0.5, modulePx };
}
