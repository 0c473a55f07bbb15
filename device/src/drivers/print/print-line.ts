import { columnsOf, type TextMode, toPrintable, wrapText } from './korean-text.ts';

/** Characters of the normal size across the paper: 58 mm paper has 32, 80 mm has 42 (180 dpi heads) or 48 (203 dpi). */
export type PaperColumns = 32 | 42 | 48;

/** `tall` is double height; `double` is double height and width, so half as many characters fit. */
export type TextSize = 'normal' | 'tall' | 'double';

export interface TextLine {
  kind: 'text';
  /** Fits the paper in its size, and is printable (see `toPrintable`). */
  text: string;
  align: 'left' | 'center';
  size: TextSize;
  bold: boolean;
  /** White on black. */
  inverse: boolean;
}

/** One line of a slip, as the encoder takes it; `gap` is a fraction of a line, to set off large type. */
export type PrintLine = TextLine | { kind: 'qr'; text: string } | { kind: 'blank' } | { kind: 'gap' };

export interface TextStyle {
  align?: 'left' | 'center';
  size?: TextSize;
  bold?: boolean;
  inverse?: boolean;
}

export interface SlipBuilder {
  /** Text in one style, wrapped. */
  text(text: string, style?: TextStyle): void;
  /** Centred in the large size on up to two lines, else tall. */
  headline(text: string): void;
  /** Label at the left edge, value at the right; the value goes to its own line when both do not fit. */
  pair(label: string, value: string, style?: TextStyle): void;
  /** White on black, to be seen from across the counter. */
  banner(text: string, size: TextSize): void;
  rule(weight: 'light' | 'heavy'): void;
  gap(): void;
  blank(): void;
  qr(text: string): void;
  /** True when the paper has room for labels in both languages. */
  readonly wide: boolean;
  finish(): { lines: PrintLine[]; substitutions: number };
}

/** Longer text is cut: no field of a receipt comes near it. */
const maxTextLength = 400;
const ruleCharacters = { light: '─', heavy: '━' } as const;

/** Collects the lines of a slip so that none is wider than the paper. */
export function createSlipBuilder(columns: PaperColumns, mode: TextMode): SlipBuilder {
  const lines: PrintLine[] = [];
  let substitutions = 0;

  const clean = (text: string): string => {
    const printable = toPrintable(text.slice(0, maxTextLength), mode);
    substitutions += printable.substitutions;
    return printable.text.trim();
  };
  const push = (text: string, style: TextStyle): void => {
    const { align = 'left', size = 'normal', bold = false, inverse = false } = style;
    lines.push({ kind: 'text', text, align, size, bold, inverse });
  };
  const room = (size: TextSize = 'normal'): number => (size === 'double' ? columns / 2 : columns);

  return {
    wide: columns >= 42,
    text(text, style = {}) {
      for (const line of wrapText(clean(text), room(style.size))) push(line, style);
    },
    headline(text) {
      const title = clean(text);
      const large = wrapText(title, room('double'));
      const size = large.length <= 2 ? 'double' : 'tall';
      const chosen = size === 'double' ? large : wrapText(title, room('tall'));
      for (const line of chosen) push(line, { align: 'center', size, bold: true });
      lines.push({ kind: 'gap' });
    },
    pair(label, value, style = {}) {
      const left = clean(label);
      const right = clean(value);
      const gap = room(style.size) - columnsOf(left) - columnsOf(right);
      if (gap >= 1) {
        push(left + ' '.repeat(gap) + right, style);
        return;
      }
      for (const line of wrapText(left, room(style.size))) push(line, style);
      for (const line of wrapText(right, room(style.size))) {
        push(' '.repeat(room(style.size) - columnsOf(line)) + line, style);
      }
    },
    banner(text, size) {
      for (const line of wrapText(clean(text), room(size) - 2)) {
        push(` ${line} `, { align: 'center', size, bold: true, inverse: true });
      }
      lines.push({ kind: 'gap' });
    },
    rule: (weight) => push(ruleCharacters[weight].repeat(columns / 2), {}),
    gap: () => {
      lines.push({ kind: 'gap' });
    },
    blank: () => {
      lines.push({ kind: 'blank' });
    },
    qr: (text) => {
      lines.push({ kind: 'qr', text });
    },
    finish: () => ({ lines, substitutions }),
  };
}
