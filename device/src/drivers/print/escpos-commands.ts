/**
 * The handful of ESC/POS commands a receipt needs, as Epson's reference names them. All of them are in the common core
 * that clones implement too; nothing here depends on a printer's memory switches, and only the size of a gap on its motion units.
 */
const esc = 0x1b;
const fs = 0x1c;
const gs = 0x1d;

/** No command of a receipt takes more bytes: a second's worth at 9600 baud. */
export const longestCommandBytes = 1024;

export const escpos = {
  lineFeed: [0x0a],
  /** ESC @: print buffer and modes as at power-on. */
  initialize: [esc, 0x40],
  /** ESC J 20: 1.25 mm on Epson's 203 dpi models, 2.5 mm where the motion unit is a whole dot. */
  gap: [esc, 0x4a, 20],
  /**
   * FS &, "Select Kanji character mode" in Epson's reference: two-byte characters, which on a Korean model are KS X 1001
   * as CP949 extends it. FS C, which chooses between two codes, is for Japanese models only. ESC t ("Select character
   * code table") has a say in one-byte characters above 7F alone, of which a receipt has none.
   */
  selectKanji: [fs, 0x26],
  /** ESC a n. */
  align: (align: 'left' | 'center') => [esc, 0x61, align === 'center' ? 1 : 0],
  /** ESC E n. */
  bold: (on: boolean) => [esc, 0x45, on ? 1 : 0],
  /** GS ! n, for one-byte and two-byte characters alike. */
  size: (widthTimes: 1 | 2, heightTimes: 1 | 2) => [gs, 0x21, ((widthTimes - 1) << 4) | (heightTimes - 1)],
  /** GS B n: white on black. */
  inverse: (on: boolean) => [gs, 0x42, on ? 1 : 0],
  /** GS V 66 0: feed to the knife, then cut, leaving a bridge. */
  feedAndCut: [gs, 0x56, 66, 0],
  /** GS ( k functions 165, 167, 169, 180, 181: QR model 2, module size in dots, level M, store, print. */
  qr: (text: string, moduleDots: number) => {
    const data = [...Buffer.from(text, 'ascii')];
    const stored = data.length + 3;
    return [
      ...[gs, 0x28, 0x6b, 4, 0, 49, 65, 50, 0],
      ...[gs, 0x28, 0x6b, 3, 0, 49, 67, moduleDots],
      ...[gs, 0x28, 0x6b, 3, 0, 49, 69, 49],
      ...[gs, 0x28, 0x6b, stored & 0xff, stored >> 8, 49, 80, 48, ...data],
      ...[gs, 0x28, 0x6b, 3, 0, 49, 81, 48],
    ];
  },
  /** GS v 0, "Print raster bit image", m = 0: one dot a bit. The rows that follow, `bytesPerRow` bytes each. */
  rasterHeader: (bytesPerRow: number, rows: number) => [gs, 0x76, 0x30, 0, bytesPerRow, 0, rows & 0xff, rows >> 8],
  /** DLE EOT n: answered at once with one byte, also when offline. */
  realtimeStatus: (n: 1 | 2 | 3 | 4) => Uint8Array.of(0x10, 0x04, n),
  /** GS a: automatic status of on/off-line (bit 1), errors (bit 2) and paper (bit 3); answered with the first one. */
  automaticStatus: Uint8Array.of(gs, 0x61, 0x0e),
  /** GS r 1: answered with one byte when everything before it has been carried out. */
  inOrderStatus: Uint8Array.of(gs, 0x72, 1),
} as const;
