import { escpos, longestCommandBytes } from './escpos-commands.ts';

/** Black and white dots, eight to a byte, most significant first; rows start on a byte. */
export interface DotPicture {
  bytesPerRow: number;
  rows: Uint8Array[];
}

const headerBytes = 8;
const dle = 0x10;
/** EOT, ENQ and DC4: behind DLE they are commands that a printer obeys on arrival, within a picture too. */
const realtimeFollowers: readonly number[] = [0x04, 0x05, 0x14];

/** GS v 0 commands of at most `longestCommandBytes`; a printer puts them together without a seam. */
export function toRasterBands(picture: DotPicture): Uint8Array[] {
  const bytesPerRow = Math.min(picture.bytesPerRow, 1 + Math.max(0, ...picture.rows.map(lastInk)));
  const rowsPerBand = Math.floor((longestCommandBytes - headerBytes) / bytesPerRow);
  const bands: Uint8Array[] = [];
  for (let top = 0; top < picture.rows.length; top += rowsPerBand) {
    const rows = picture.rows.slice(top, top + rowsPerBand);
    const dots = Buffer.concat(rows.map((row) => row.subarray(0, bytesPerRow)));
    disarm(dots);
    bands.push(Uint8Array.from([...escpos.rasterHeader(bytesPerRow, rows.length), ...dots]));
  }
  return bands;
}

const lastInk = (row: Uint8Array): number => row.findLastIndex((byte) => byte !== 0);

/** Blackens the dot beside a lone one where the bytes would be a real-time command: DLE DC4 8 would empty the buffer. */
function disarm(dots: Uint8Array): void {
  for (const [index, byte] of dots.entries()) {
    if (byte === dle && realtimeFollowers.includes(dots[index + 1] ?? 0)) dots[index] = 0x18;
  }
}
