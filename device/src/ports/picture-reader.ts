import type { DecodedSymbol } from './decoder.ts';

/** What came of one picture of a stream. */
export type PictureReading =
  | { kind: 'read'; symbols: DecodedSymbol[]; widthPx: number; heightPx: number }
  /** The bytes are no whole JPEG. */
  | { kind: 'no-picture' }
  /** The decoder failed on this picture; the next one may do better. */
  | { kind: 'failed'; detail: string }
  /** The reader has ended (crashed, hung, was stopped) and can be started again. */
  | { kind: 'lost'; detail: string };

/** A code on a picture, for whoever aims the camera. */
export interface InspectedSymbol extends DecodedSymbol {
  /** Side of one module in pixels of the picture; null: not known, as for a code that was read only after a blur. */
  modulePx: number | null;
}

/** What came of one picture that was looked at for its own sake. */
export type PictureInspection =
  | {
      kind: 'inspected';
      symbols: InspectedSymbol[];
      widthPx: number;
      heightPx: number;
      /** Mean brightness, 0 (black) to 255. */
      meanLuma: number;
    }
  | Exclude<PictureReading, { kind: 'read' }>;

/**
 * Finds codes in JPEG pictures. One picture at a time: whoever asks waits for the answer before asking again, or gets
 * `failed`.
 */
export interface PictureReader {
  /**
   * Resolves when it can read. Calling it again while it runs does nothing.
   *
   * @throws Error that says why it cannot
   */
  start(): Promise<void>;
  /** A picture of a stream. */
  read(jpeg: Uint8Array): Promise<PictureReading>;
  /** A picture on its own: how large its codes are, and how bright it is. */
  inspect(jpeg: Uint8Array): Promise<PictureInspection>;
  /** What is in work ends as `lost`. Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}
