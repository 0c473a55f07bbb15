import sharp from 'sharp';
import { drawGlyph, fontAttributes, loadReceiptFont } from '../drivers/print/receipt-font.ts';
import { type Paper, type PrintedBitmap, type PrintedCell, printOnPaper } from './escpos-paper.ts';

export interface PreviewOptions {
  /** Characters across the paper: 32, 42 or 48. */
  columns: number;
  /** Pixels per printed dot; 2 by default. */
  scale?: number;
}

const ink = '#1b1b1b';
const paperColour = '#ffffff';
/** The unprintable edge of the roll. */
const marginDots = 36;

/**
 * Shows what a printer would make of these bytes, as a PNG. The very bytes are interpreted, so a command that the
 * preview does not know is an error, not a gap.
 * @throws EscPosError
 */
export async function renderPreview(bytes: Uint8Array, options: PreviewOptions): Promise<Buffer> {
  const paper = printOnPaper(bytes, options.columns);
  await loadReceiptFont();
  const svg = Buffer.from(drawPaper(paper));
  return sharp(svg, { density: 72 * (options.scale ?? 2) })
    .flatten({ background: paperColour })
    .grayscale()
    .png({ compressionLevel: 9, palette: true, colours: 16 })
    .toBuffer();
}

function drawPaper(paper: Paper): string {
  const width = paper.widthDots + 2 * marginDots;
  const height = paper.heightDots + marginDots;
  const cutLines = paper.cuts
    .filter((y) => y < paper.heightDots)
    .map((y) => `<path d="M0 ${y + marginDots}h${width}" stroke="#999" stroke-width="2" stroke-dasharray="12 10"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${paperColour}"/>`,
    ...cutLines,
    `<g transform="translate(${marginDots} ${marginDots})" fill="${ink}" ${fontAttributes}>`,
    ...paper.bitmaps.map(drawBitmap),
    ...paper.cells.map(drawCell),
    '</g></svg>',
  ].join('');
}

function drawBitmap(bitmap: PrintedBitmap): string {
  const { dotSize } = bitmap;
  let path = '';
  for (let row = 0; row < bitmap.rows; row += 1) {
    for (let column = 0; column < bitmap.columns; column += 1) {
      if (!bitmap.isBlack(column, row)) continue;
      path += `M${bitmap.x + column * dotSize} ${bitmap.y + row * dotSize}h${dotSize}v${dotSize}h-${dotSize}z`;
    }
  }
  return `<path d="${path}" shape-rendering="crispEdges"/>`;
}

function drawCell(cell: PrintedCell): string {
  const { x, y, widthDots, heightDots } = cell;
  const line = cell.underline ? `<rect x="${x}" y="${y + heightDots - 2}" width="${widthDots}" height="2"/>` : '';
  return line + drawGlyph(cell);
}
