/** Symbologies the box can be told to look for. Each one costs time on every empty picture. */
export const symbolFormats = ['QRCode', 'Aztec', 'DataMatrix', 'PDF417', 'Code128', 'EAN13'] as const;

export type SymbolFormat = (typeof symbolFormats)[number];

/** Brightness only, 0 (black) to 255, row by row without padding: `data.length` = `width` × `height`. */
export interface LumaImage {
  data: Uint8Array;
  width: number;
  height: number;
}

export interface DecodedSymbol {
  format: SymbolFormat;
  /** Decoded as the symbol says (ECI) or as UTF-8 when it looks like it; control characters are kept as they are. */
  text: string;
}

/** Finds codes in a picture. */
export interface Decoder {
  /**
   * Nothing found is an empty list. Pictures are independent: nothing of one reaches the next.
   *
   * @throws ScanPayError `internal` when the picture's size and data disagree or are out of range.
   */
  decode(image: LumaImage): Promise<DecodedSymbol[]>;
}

/** Longest side of a picture; a camera at full resolution is below it. */
export const maxImageSidePx = 8192;
