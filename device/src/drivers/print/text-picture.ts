import { loadSharp } from '../common/load-sharp.ts';
import { columnsOf } from './korean-text.ts';
import type { TextLine } from './print-line.ts';
import type { DotPicture } from './raster-bands.ts';
import { drawGlyph, fontAttributes, loadReceiptFont } from './receipt-font.ts';

/** A column of the printer's grid at 203 dpi. */
export const columnDots = 12;
const characterDots = 24;
/** Large commas hang out of their box, by less than this. */
const overhangDots = 4;
/** ESC 2: a sixth of an inch. */
const lineSpacingDots = 34;
/** Of 255: thin strokes stay whole, and counters open. */
const inkThreshold = 150;

/** Draws lines of text with the font that comes with the program, one picture a line, all as wide as the paper. */
export async function drawTextLines(lines: readonly TextLine[], paperDots: number): Promise<DotPicture[]> {
  if (lines.length === 0) return [];
  await loadReceiptFont();
  const sharp = await loadSharp();
  const placed: { top: number; height: number }[] = [];
  let top = 0;
  for (const line of lines) {
    const height = line.size === 'normal' ? lineSpacingDots : glyphHeight(line) + overhangDots;
    placed.push({ top, height });
    top += height;
  }
  const glyphs = lines.map((line, index) => drawLine(line, placed[index]?.top ?? 0, paperDots));
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${paperDots}" height="${top}" ${fontAttributes}>`,
    `<rect width="${paperDots}" height="${top}" fill="#ffffff"/>`,
    ...glyphs,
    '</svg>',
  ];
  const grey = await sharp(Buffer.from(svg.join('')), { density: 72 })
    .grayscale()
    .raw()
    .toBuffer();
  return placed.map(({ top: first, height }) => ({
    bytesPerRow: paperDots / 8,
    rows: Array.from({ length: height }, (_, row) => packRow(grey, (first + row) * paperDots, paperDots)),
  }));
}

const glyphHeight = (line: TextLine): number => characterDots * (line.size === 'normal' ? 1 : 2);

function drawLine(line: TextLine, y: number, paperDots: number): string {
  const dots = columnDots * (line.size === 'double' ? 2 : 1);
  const free = paperDots - columnsOf(line.text) * dots;
  let x = line.align === 'center' ? Math.floor(free / 2) : 0;
  let svg = '';
  for (const character of line.text) {
    const widthDots = columnsOf(character) * dots;
    const { bold, inverse } = line;
    svg += drawGlyph({ character, x, y, widthDots, heightDots: glyphHeight(line), bold, inverse });
    x += widthDots;
  }
  return svg;
}

function packRow(grey: Uint8Array, offset: number, dots: number): Uint8Array {
  const row = new Uint8Array(dots / 8);
  for (let x = 0; x < dots; x += 1) {
    if ((grey[offset + x] ?? 255) < inkThreshold) row[x >> 3] = (row[x >> 3] ?? 0) | (0x80 >> (x & 7));
  }
  return row;
}
