/** A QR code's modules that every code of its version has: what a picture can be held against before it is decoded. */
export interface FunctionPatterns {
  /** Modules a side. */
  size: number;
  /** Row by row: 1 dark, 0 light, `unknown` where data, format or (before version 7) nothing is. */
  modules: Uint8Array;
}

export const unknown = 2;

const minVersion = 1;
export const maxVersion = 40;

const made = new Map<number, FunctionPatterns>();

/** Finder, separator, timing and alignment patterns and the version's own bits: ISO/IEC 18004, 6.3 and 7.10. */
export function functionPatterns(version: number): FunctionPatterns {
  const known = made.get(version);
  if (known !== undefined) return known;
  const size = 17 + 4 * version;
  const modules = new Uint8Array(size * size).fill(unknown);
  const set = (column: number, row: number, dark: boolean): void => {
    if (column >= 0 && row >= 0 && column < size && row < size) modules[row * size + column] = dark ? 1 : 0;
  };
  for (let at = 8; at < size - 8; at += 1) {
    set(at, 6, at % 2 === 0);
    set(6, at, at % 2 === 0);
  }
  const centres = alignmentCentres(version);
  for (const x of centres) {
    for (const y of centres) {
      const inFinder = (x < 9 && y < 9) || (x < 9 && y > size - 10) || (x > size - 10 && y < 9);
      if (!inFinder) drawSquares(x, y, 2, (ring) => ring !== 1, set);
    }
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    drawSquares(x, y, 4, (ring) => ring !== 2 && ring !== 4, set);
  }
  set(8, size - 8, true);
  if (version >= 7) drawVersion(version, size, set);
  const patterns = { size, modules };
  made.set(version, patterns);
  return patterns;
}

/** Nothing when no version has about this many modules a side. */
export function nearestVersion(size: number): number | undefined {
  const version = Math.round((size - 17) / 4);
  return version >= minVersion && version <= maxVersion ? version : undefined;
}

type SetModule = (column: number, row: number, dark: boolean) => void;

function drawSquares(x: number, y: number, reach: number, isDark: (ring: number) => boolean, set: SetModule): void {
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) set(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
  }
}

/** Evenly from the far end backwards, in even steps; the first is always at 6. The table in Annex E of the standard. */
function alignmentCentres(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const size = 17 + 4 * version;
  const step = version === 32 ? 26 : Math.ceil((size - 13) / (2 * count - 2)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, index) => size - 7 - step * (count - 2 - index))];
}

/** Six bits and their Golay remainder, twice. */
function drawVersion(version: number, size: number, set: SetModule): void {
  let remainder = version;
  for (let bit = 0; bit < 12; bit += 1) remainder = (remainder << 1) ^ ((remainder >> 11) * 0x1f25);
  const bits = (version << 12) | remainder;
  for (let bit = 0; bit < 18; bit += 1) {
    const dark = ((bits >> bit) & 1) === 1;
    const along = Math.floor(bit / 3);
    const across = size - 11 + (bit % 3);
    set(along, across, dark);
    set(across, along, dark);
  }
}
