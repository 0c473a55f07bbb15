import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { type Paper, type PrintedBitmap, type PrintedCell, printOnPaper } from './escpos-paper.ts';

export interface PreviewOptions {
  /** Characters across the paper: 32, 42 or 48. */
  columns: number;
  /** Pixels per printed dot; 2 by default. */
  scale?: number;
}

const fontFamily = 'Nanum Gothic Coding';
const fontFiles = [
  '@expo-google-fonts/nanum-gothic-coding/400Regular/NanumGothicCoding_400Regular.ttf',
  '@expo-google-fonts/nanum-gothic-coding/700Bold/NanumGothicCoding_700Bold.ttf',
];
const ink = '#1b1b1b';
const paperColour = '#ffffff';
/** The unprintable edge of the roll. */
const marginDots = 36;
/** Of a 24-dot character, from its top. */
const baselineDots = 20;

let fontsReady: Promise<unknown> | undefined;

/**
 * Shows what a printer would make of these bytes, as a PNG. The very bytes are interpreted, so a command that the
 * preview does not know is an error, not a gap.
 * @throws EscPosError
 */
export async function renderPreview(bytes: Uint8Array, options: PreviewOptions): Promise<Buffer> {
  const paper = printOnPaper(bytes, options.columns);
  fontsReady ??= loadFonts();
  await fontsReady;
  const svg = Buffer.from(drawPaper(paper));
  return sharp(svg, { density: 72 * (options.scale ?? 2) })
    .flatten({ background: paperColour })
    .grayscale()
    .png({ compressionLevel: 9, palette: true, colours: 16 })
    .toBuffer();
}

/** Rendering any text with a font file adds the font for the whole process: no system font is needed afterwards. */
function loadFonts(): Promise<unknown> {
  return Promise.all(
    fontFiles.map((file) => {
      const fontfile = fileURLToPath(import.meta.resolve(file));
      return sharp({ text: { text: '가', font: fontFamily, fontfile } })
        .png()
        .toBuffer();
    }),
  );
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
    `<g transform="translate(${marginDots} ${marginDots})" fill="${ink}" font-family="${fontFamily}" font-size="24">`,
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
  const columns = cell.character <= '~' ? 12 : 24;
  const background = cell.inverse ? `<rect x="${x}" y="${y}" width="${widthDots}" height="${heightDots}"/>` : '';
  const line = cell.underline ? `<rect x="${x}" y="${y + heightDots - 2}" width="${widthDots}" height="2"/>` : '';
  if (cell.character === ' ') return background + line;
  const weight = cell.bold ? ' font-weight="700"' : '';
  const fill = cell.inverse ? ` fill="${paperColour}"` : '';
  const place = `translate(${x} ${y}) scale(${widthDots / columns} ${heightDots / 24})`;
  const glyph = `<text y="${baselineDots}" transform="${place}"${weight}${fill}>${escapeXml(cell.character)}</text>`;
  return background + line + glyph;
}

function escapeXml(character: string): string {
  return character.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;');
}
