import { create as createQr } from 'qrcode';
import type { DotPicture } from './raster-bands.ts';

/** A QR code at level M in dots, in the middle of paper that is `paperDots` wide; the paper is its quiet zone. */
export function drawQr(text: string, moduleDots: number, paperDots: number): DotPicture {
  const { modules } = createQr(text, { errorCorrectionLevel: 'M' });
  const { size } = modules;
  const bytesPerRow = paperDots / 8;
  const left = Math.floor((paperDots - size * moduleDots) / 2);
  const drawRow = (y: number): Uint8Array => {
    const row = new Uint8Array(bytesPerRow);
    for (let dot = 0; dot < size * moduleDots; dot += 1) {
      const at = left + dot;
      if (modules.get(y, Math.floor(dot / moduleDots)) !== 0) row[at >> 3] = (row[at >> 3] ?? 0) | (0x80 >> (at & 7));
    }
    return row;
  };
  const rows = Array.from({ length: size }, (_, y) => drawRow(y)).flatMap((row) => Array(moduleDots).fill(row));
  return { bytesPerRow, rows };
}
