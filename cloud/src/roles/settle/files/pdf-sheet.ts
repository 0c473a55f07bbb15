import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { create as readFont } from 'fontkit';
import PDFDocument from 'pdfkit';
import { cutToWidth, toPrintable } from './printable-text.ts';

/** A4 in points, and what is left free around. */
const page = { widthPt: 595.28, heightPt: 841.89, marginPt: 42 } as const;
export const bodyWidthPt = page.widthPt - 2 * page.marginPt;
const footerHeightPt = 30;
const inks = { text: '#1a1f2b', soft: '#5b6472', rule: '#c4cad4', band: '#eef1f6' } as const;

export type Weight = 'regular' | 'bold';
export interface TextStyle {
  sizePt: number;
  weight?: Weight;
  ink?: 'text' | 'soft';
  align?: 'left' | 'right';
}

/** Pages one writes on from top to bottom; `cursorPt` is where the next row goes. */
export interface PdfSheet {
  cursorPt(): number;
  /** Height left on this page, in points. */
  leftPt(): number;
  skip(heightPt: number): void;
  addPage(): void;
  /** One line of text at the cursor, cut to the width; `leftPt` from the margin. The cursor stays. */
  write(text: string, leftPt: number, widthPt: number, style: TextStyle): void;
  /** Shades a row at the cursor. */
  band(heightPt: number): void;
  /** A thin line at the cursor across the page. */
  rule(): void;
  /** Writes the footer, `lines` and the page's number, on every page and gives the bytes. */
  finish(lines: readonly string[]): Readable;
}

interface Face {
  bytes: Buffer;
  pictures: ReadonlySet<number>;
}

/** The font travels with the program: a reader need not have any Korean one. Read once, at the first PDF. */
let faces: Record<Weight, Face> | undefined;

function readFaces(): Record<Weight, Face> {
  const read = (file: string): Face => {
    const bytes = readFileSync(fileURLToPath(import.meta.resolve(`@expo-google-fonts/nanum-gothic-coding/${file}`)));
    const font = readFont(bytes);
    if (!('characterSet' in font)) throw new TypeError(`${file} is a collection of fonts`);
    return { bytes, pictures: new Set(font.characterSet) };
  };
  return {
    regular: read('400Regular/NanumGothicCoding_400Regular.ttf'),
    bold: read('700Bold/NanumGothicCoding_700Bold.ttf'),
  };
}

/**
 * An empty A4 document that is the same, byte for byte, whenever the same is written on it: `atMs` is its date, no
 * clock is asked. The fonts are embedded with the characters used.
 */
export function createPdfSheet(about: { title: string; author: string; atMs: number }): PdfSheet {
  faces ??= readFaces();
  const { regular, bold } = faces;
  const at = new Date(about.atMs);
  const document = new PDFDocument({
    size: 'A4',
    // Kept by `write`: with one of its own the library would break pages by itself.
    margin: 0,
    bufferPages: true,
    lang: 'ko-KR',
    pdfVersion: '1.7',
    displayTitle: true,
    // None by default: only those registered below are embedded.
    font: '',
    info: { Title: about.title, Author: about.author, Creator: 'ScanPay', CreationDate: at, ModDate: at },
  });
  document.registerFont('regular', regular.bytes).registerFont('bold', bold.bytes);
  let cursorPt: number = page.marginPt;

  const writeAt = (text: string, topPt: number, leftPt: number, widthPt: number, style: TextStyle): void => {
    const { sizePt, weight = 'regular', ink = 'text', align = 'left' } = style;
    document.font(weight).fontSize(sizePt).fillColor(inks[ink]);
    const measure = (each: string): number => document.widthOfString(each);
    const shown = cutToWidth(toPrintable(text, (weight === 'bold' ? bold : regular).pictures), widthPt, measure);
    const indentPt = align === 'right' ? widthPt - measure(shown) : 0;
    document.text(shown, page.marginPt + leftPt + indentPt, topPt, { lineBreak: false });
  };

  return {
    cursorPt: () => cursorPt,
    leftPt: () => page.heightPt - page.marginPt - footerHeightPt - cursorPt,
    skip(heightPt) {
      cursorPt += heightPt;
    },
    addPage() {
      document.addPage();
      cursorPt = page.marginPt;
    },
    write: (text, leftPt, widthPt, style) => writeAt(text, cursorPt, leftPt, widthPt, style),
    band(heightPt) {
      document.rect(page.marginPt, cursorPt - 3, bodyWidthPt, heightPt).fill(inks.band);
    },
    rule() {
      document
        .lineWidth(0.6)
        .moveTo(page.marginPt, cursorPt)
        .lineTo(page.marginPt + bodyWidthPt, cursorPt);
      document.stroke(inks.rule);
    },
    finish(lines) {
      const { count } = document.bufferedPageRange();
      const topPt = page.heightPt - page.marginPt - footerHeightPt + 10;
      const style: TextStyle = { sizePt: 7, ink: 'soft' };
      for (let at = 0; at < count; at += 1) {
        document.switchToPage(at);
        lines.forEach((line, row) => {
          writeAt(line, topPt + row * 10, 0, bodyWidthPt - 60, style);
        });
        writeAt(`${at + 1} / ${count}`, topPt, bodyWidthPt - 60, 60, { ...style, sizePt: 8, align: 'right' });
      }
      document.end();
      return document as unknown as Readable;
    },
  };
}
