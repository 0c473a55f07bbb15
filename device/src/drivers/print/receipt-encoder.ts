import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import { escpos } from './escpos-commands.ts';
import { encodeKorean } from './korean-text.ts';
import type { PaperColumns, PrintLine, TextLine } from './print-line.ts';
import { drawQr } from './qr-picture.ts';
import { toRasterBands } from './raster-bands.ts';
import { layoutReceipt } from './receipt-layout.ts';
import { columnDots, drawTextLines } from './text-picture.ts';

/** Who draws the code: the printer (GS ( k), or this program dot by dot (GS v 0) for one that cannot. */
export type QrMode = 'native' | 'raster';

export interface EncodedReceipt {
  /** The whole job, from ESC @ to the cut. */
  bytes: Uint8Array;
  /** Characters that the printer lacks and something readable stands for. */
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
export function encodeReceipt(receipt: Receipt, columns: PaperColumns, qr: QrMode = 'native'): EncodedReceipt {
  const { lines, substitutions } = layoutReceipt(receipt, columns);
  return { bytes: encodeLines(lines, columns, qr), substitutions };
}

/**
 * The same for a printer without a Korean font: every line is a picture, drawn with the font that comes with the
 * program. Some 60 kB, so more than a minute at 9600 baud.
 */
export async function drawReceipt(
  receipt: Receipt,
  columns: PaperColumns,
  qr: QrMode = 'raster',
): Promise<EncodedReceipt> {
  const { lines, substitutions } = layoutReceipt(receipt, columns, 'raster');
  const pictures = await drawTextLines(
    lines.filter((line) => line.kind === 'text'),
    columns * columnDots,
  );
  const parts: (Uint8Array | readonly number[])[] = [escpos.initialize];
  for (const line of lines) {
    if (line.kind === 'text') parts.push(...toRasterBands(pictures.shift() ?? { bytesPerRow: 1, rows: [] }));
    else if (line.kind === 'qr') parts.push(...encodeCentredQr(line.text, columns, qr));
    else parts.push(line.kind === 'gap' ? escpos.gap : escpos.lineFeed);
  }
  parts.push(escpos.feedAndCut);
  return { bytes: join(parts), substitutions };
}

function join(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Buffer.concat(parts.map((part) => Uint8Array.from(part)));
}

/** The raster is as wide as the paper, so it stands at the left edge. */
function encodeCentredQr(text: string, columns: PaperColumns, qr: QrMode): (Uint8Array | readonly number[])[] {
  const code = encodeQr(text, columns, qr);
  return qr === 'raster' ? code : [escpos.align('center'), ...code, escpos.align('left')];
}

function encodeQr(text: string, columns: PaperColumns, qr: QrMode): (Uint8Array | readonly number[])[] {
  if (qr === 'raster') return toRasterBands(drawQr(text, qrModuleDots, columns * columnDots));
  return [escpos.qr(text, qrModuleDots)];
}

function encodeLines(lines: readonly PrintLine[], columns: PaperColumns, qr: QrMode): Uint8Array {
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
      setStyle(qr === 'native' ? { ...initialStyle, align: 'center' } : initialStyle);
      parts.push(...encodeQr(line.text, columns, qr));
    } else {
      setStyle({ ...initialStyle, align: style.align });
      parts.push(line.kind === 'gap' ? escpos.gap : escpos.lineFeed);
    }
  }
  setStyle(initialStyle);
  parts.push(escpos.feedAndCut);
  return join(parts);
}

function sizeCommand(size: TextLine['size']): number[] {
  return escpos.size(size === 'double' ? 2 : 1, size === 'normal' ? 1 : 2);
}
