import iconv from 'iconv-lite';

/** Text that a Korean ESC/POS printer can print, and how many of its characters stand in for others. */
export interface PrintableText {
  text: string;
  substitutions: number;
}

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
};

/** Zero-width and direction marks, emoji variation selectors: nothing is lost when they are left out. */
const invisible = /^(?:\p{Cf}|\p{Variation_Selector})$/u;
const space = /^[\s\u0085]$/u;
const combiningMark = /\p{M}/gu;

/**
 * Replaces what CP949 has no code for by something readable (`é` → `e`, `—` → `-`, else `?`), counting each.
 * Control characters become `?` and line ends spaces, so that no text can carry a printer command. Never throws.
 */
export function toPrintable(text: string): PrintableText {
  let printable = '';
  let substitutions = 0;
  for (const character of text.normalize('NFC')) {
    if (isPrintable(character)) {
      printable += character;
    } else if (space.test(character)) {
      printable += ' ';
    } else if (!invisible.test(character)) {
      printable += substituteFor(character);
      substitutions += 1;
    }
  }
  return { text: printable, substitutions };
}

function substituteFor(character: string): string {
  const lookAlike = lookAlikes[character];
  if (lookAlike !== undefined) return lookAlike;
  const plain = character.normalize('NFKD').replace(combiningMark, '');
  return plain !== '' && [...plain].every(isPrintable) ? plain : '?';
}

/** ASCII without controls, or two bytes in CP949 that mean this very character. */
function isPrintable(character: string): boolean {
  if (character.length === 1 && character >= ' ' && character <= '~') return true;
  if (character < '\u00a0' || /\p{Co}/u.test(character)) return false;
  const bytes = iconv.encode(character, 'cp949');
  return bytes.length === 2 && iconv.decode(bytes, 'cp949') === character;
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

/** Breaks text into lines of at most `columns`: at spaces and after hyphens where it can, else between characters. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(/(?<=[ -])/u)) {
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
