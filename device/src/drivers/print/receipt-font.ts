import { fileURLToPath } from 'node:url';
import { loadSharp } from '../common/load-sharp.ts';

/** Nanum Gothic Coding (SIL OFL 1.1): monospaced, Hangul twice as wide as ASCII, as in a printer's own font. */
const files = [
  '@expo-google-fonts/nanum-gothic-coding/400Regular/NanumGothicCoding_400Regular.ttf',
  '@expo-google-fonts/nanum-gothic-coding/700Bold/NanumGothicCoding_700Bold.ttf',
];
/** Set on the group that the cells are drawn in. */
export const fontAttributes = 'font-family="Nanum Gothic Coding" font-size="24"';
/** Of a 24-dot character, from its top. */
const baselineDots = 20;

/** What a character looks like, in dots; the box is 12 or 24 dots wide and 24 high, times its size. */
export interface GlyphCell {
  character: string;
  x: number;
  y: number;
  widthDots: number;
  heightDots: number;
  bold: boolean;
  inverse: boolean;
}

let ready: Promise<void> | undefined;

/** Rendering any text with a font file adds the font for the whole process: no system font is needed afterwards. */
export function loadReceiptFont(): Promise<void> {
  ready ??= addFonts();
  return ready;
}

async function addFonts(): Promise<void> {
  const sharp = await loadSharp();
  for (const file of files) {
    const fontfile = fileURLToPath(import.meta.resolve(file));
    await sharp({ text: { text: '가', font: 'Nanum Gothic Coding', fontfile } })
      .png()
      .toBuffer();
  }
}

/** SVG of one character, in its box on the grid. */
export function drawGlyph(cell: GlyphCell): string {
  const { x, y, widthDots, heightDots, character } = cell;
  const background = cell.inverse ? `<rect x="${x}" y="${y}" width="${widthDots}" height="${heightDots}"/>` : '';
  if (character === ' ') return background;
  const place = `translate(${x} ${y}) scale(${widthDots / (character <= '~' ? 12 : 24)} ${heightDots / 24})`;
  const weight = cell.bold ? ' font-weight="700"' : '';
  const fill = cell.inverse ? ' fill="#ffffff"' : '';
  return `${background}<text y="${baselineDots}" transform="${place}"${weight}${fill}>${escapeXml(character)}</text>`;
}

function escapeXml(character: string): string {
  return character.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;');
}
