import iconv from 'iconv-lite';

/** Text that a Korean ESC/POS printer can print, and how many of its characters stand in for others. */
export interface PrintableText {
  text: string;
  substitutions: number;
}

/** Who has to know a character: the printer's Korean font, or the one that comes with the program. */
export type TextMode = 'cp949' | 'raster';

/** CP949 that the font of the program lacks, besides all Hanja. */
const notDrawable = /[\p{Script=Han}\u00adː―∼≪≫⊙]/u;

/** What people type that CP949 lacks, and the nearest it has. */
const lookAlikes: Readonly<Record<string, string>> = {
  '₩': '￦',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '•': '·',
  '・': '·',
  '«': '《',
  '»': '》',
  '〜': '～',
  '©': '(C)',
  '¥': '￥',
  '―': '-',
  '∼': '～',
  '≪': '《',
  '≫': '》',
};

/** Zero-width and direction marks, emoji variation selectors: nothing is lost when they are left out. */
const invisible = /^(?:\p{Cf}|\p{Variation_Selector})$/u;
const space = /^[\s\u0085]$/u;
const combiningMark = /\p{M}/gu;

/**
 * Replaces what the mode cannot print (CP949 has no code for it, or the font no shape) by something readable (`é` → `e`, `—` → `-`, else `?`), counting each.
 * Control characters become `?` and line ends spaces, so that no text can carry a printer command. Never throws.
 */
export function toPrintable(text: string, mode: TextMode = 'cp949'): PrintableText {
  const isPrintable = mode === 'cp949' ? isInCp949 : isDrawable;
  let printable = '';
  let substitutions = 0;
  for (const character of text.normalize('NFC')) {
    if (isPrintable(character)) {
      printable += character;
    } else if (space.test(character)) {
      printable += ' ';
    } else if (!invisible.test(character)) {
      printable += substituteFor(character, isPrintable);
      substitutions += 1;
    }
  }
  return { text: printable, substitutions };
}

function substituteFor(character: string, isPrintable: (character: string) => boolean): string {
  const lookAlike = lookAlikes[character];
  if (lookAlike !== undefined) return lookAlike;
  const plain = character.normalize('NFKD').replace(combiningMark, '');
  return plain !== '' && [...plain].every(isPrintable) ? plain : '?';
}

/** ASCII without controls, or two bytes in CP949 that mean this very character. */
function isInCp949(character: string): boolean {
  if (character.length === 1 && character >= ' ' && character <= '~') return true;
  if (character < '\u00a0' || /\p{Co}/u.test(character)) return false;
  const bytes = iconv.encode(character, 'cp949');
  return bytes.length === 2 && iconv.decode(bytes, 'cp949') === character;
}

function isDrawable(character: string): boolean {
  return isInCp949(character) && !notDrawable.test(character);
}

/** Columns of the printer's grid: everything but ASCII is two columns wide in its Korean font. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += character <= '~' ? 1 : 2;
  return columns;
}

/** CP949 (KS X 1001 and the extended syllables) of text that `toPrintable` has passed. */
export function encodeKorean(text: string): Uint8Array {
  return iconv.encode(text, 'cp949');
}

/** Breaks text into lines of at most `columns`: at spaces, after hyphens and middle dots where it can, else between characters. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(/(?<=[ ·-])/u)) {
    if (columnsOf(line) + columnsOf(piece.trimEnd()) <= columns) {
      line += piece;
      continue;
    }
    if (line.trim() !== '') lines.push(line.trimEnd());
    line = '';
    const word = piece.trimEnd();
    for (const character of word) {
      if (columnsOf(line) + columnsOf(character) > columns && line !== '') {
        lines.push(line);
        line = '';
      }
      line += character;
    }
    line += piece.slice(word.length);
  }
  if (line.trim() !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}
