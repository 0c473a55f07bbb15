import type { DecodedSymbol, Decoder, LumaImage } from '../../ports/decoder.ts';
import { jpegToLuma } from './jpeg-to-luma.ts';

export interface PictureReaderOptions {
  decoder: Decoder;
  /** A whole picture was seen, and these codes on it. */
  onSymbols(symbols: DecodedSymbol[], image: LumaImage, atMs: number): void;
  /** The decoder itself failed; a broken picture is not worth a word, the next one follows. */
  onDecoderFault(detail: string): void;
}

/** Looks for codes in pictures, one at a time; of those that come meanwhile only the latest is kept. */
export interface PictureReader {
  show(jpeg: Buffer, atMs: number): void;
  /** Resolves when nothing is being looked at; the listeners are not called any more. */
  close(): Promise<void>;
}

export function createPictureReader({ decoder, onSymbols, onDecoderFault }: PictureReaderOptions): PictureReader {
  let open = true;
  let latest: { jpeg: Buffer; atMs: number } | undefined;
  let looking: Promise<void> | undefined;

  const lookAt = async (jpeg: Buffer, atMs: number): Promise<void> => {
    const image = await jpegToLuma(jpeg).catch(() => undefined);
    if (image === undefined) return;
    try {
      const symbols = await decoder.decode(image);
      if (open) onSymbols(symbols, image, atMs);
    } catch (error) {
      if (open) onDecoderFault((error as Error).message);
    }
  };

  const lookWhileShown = async (): Promise<void> => {
    while (open && latest !== undefined) {
      const { jpeg, atMs } = latest;
      latest = undefined;
      await lookAt(jpeg, atMs);
    }
    looking = undefined;
  };

  return {
    show(jpeg, atMs) {
      if (!open) return;
      latest = { jpeg, atMs };
      looking ??= lookWhileShown();
    },
    async close() {
      open = false;
      await looking;
    },
  };
}
