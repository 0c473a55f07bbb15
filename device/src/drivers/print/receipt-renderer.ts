import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { TextMode } from './korean-text.ts';
import type { PaperColumns } from './print-line.ts';
import { drawReceipt, type EncodedReceipt, encodeReceipt, type QrMode } from './receipt-encoder.ts';

/** What the printer can do by itself, as configured. */
export interface PaperSettings {
  columns: PaperColumns;
  text: TextMode;
  qr: QrMode;
}

/** Turns a receipt into the bytes that this printer needs. */
export async function renderReceipt(receipt: Receipt, paper: PaperSettings): Promise<EncodedReceipt> {
  const { columns, text, qr } = paper;
  return text === 'raster' ? drawReceipt(receipt, columns, qr) : encodeReceipt(receipt, columns, qr);
}
