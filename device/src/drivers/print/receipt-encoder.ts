import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import { escpos } from './escpos-commands.ts';
import { encodeKorean } from './korean-text.ts';
import type { PaperColumns, PrintLine, TextLine } from './print-line.ts';
import { layoutReceipt } from './receipt-layout.ts';

export interface EncodedReceipt {
  /** The whole job, from ESC @ to the cut. */
  bytes: Uint8Array;
  /** Characters that CP949 lacks and something readable stands for. */
  substitutions: number;
}

/** 6 dots are 0.75 mm on a 203 dpi head: a version 3 symbol is 22 mm wide and fits 58 mm paper too. */
const qrModuleDots = 6;

type Style = Pick<TextLine, 'align' | 'size' | 'bold' | 'inverse'>;
const initialStyle: Style = { align: 'left', size: 'normal', bold: false, inverse: false };

/**
 * Lays out and encodes a receipt for an ESC/POS printer with a Korean font.
 *
 * The commands are written here rather than by `receiptline`: that sends some 40 bytes of styling for every run of
 * text, rasters the QR code (6 kB where the printer's own takes 80 bytes), turns unknown characters into `?` uncounted,
 * and ends with GS r, whose answer would be taken for one of ours.
 */
export function encodeReceipt(receipt: Receipt, columns: PaperColumns): EncodedReceipt {
  const { lines, substitutions } = layoutReceipt(receipt, columns);
  return { bytes: encodeLines(lines), substitutions };
}

function encodeLines(lines: readonly PrintLine[]): Uint8Array {
  const parts: (Uint8Array | readonly number[])[] = [escpos.initialize, escpos.selectKanji];
  let style = initialStyle;
  const setStyle = (next: Style): void => {
    if (next.align !== style.align) parts.push(escpos.align(next.align));
    if (next.size !== style.size) parts.push(sizeCommand(next.size));
    if (next.bold !== style.bold) parts.push(escpos.bold(next.bold));
    if (next.inverse !== style.inverse) parts.push(escpos.inverse(next.inverse));
    style = next;
  };
  for (const line of lines) {
    if (line.kind === 'text') {
      setStyle(line);
      parts.push(encodeKorean(line.text), escpos.lineFeed);
    } else if (line.kind === 'qr') {
      setStyle({ ...initialStyle, align: 'center' });
      parts.push(escpos.qr(line.text, qrModuleDots));
    } else {
      setStyle({ ...initialStyle, align: style.align });
      parts.push(line.kind === 'gap' ? escpos.gap : escpos.lineFeed);
    }
  }
  setStyle(initialStyle);
  parts.push(escpos.feedAndCut);
  return Buffer.concat(parts.map((part) => Uint8Array.from(part)));
}

function sizeCommand(size: TextLine['size']): number[] {
  return escpos.size(size === 'double' ? 2 : 1, size === 'normal' ? 1 : 2);
}
