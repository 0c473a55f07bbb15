import type { BinaryBitmap, Reader, Result } from '@zxing/library';
import type { DecodedSymbol, Decoder, LumaImage, SymbolFormat } from '../../ports/decoder.ts';
import { checkImage } from './check-image.ts';
import type { DecoderOptions } from './zxing-wasm-decoder.ts';

type Library = typeof import('@zxing/library');
type Hints = Map<number, unknown>;

interface LoadedReaders {
  library: Library;
  readers: Reader[];
  hints: Hints;
}

/**
 * ZXing's port to JavaScript: reads fewer codes than ZXing-C++, and some that it misses.
 *
 * The readers are called one by one rather than through the library's `MultiFormatReader`, which since 0.23 writes
 * every miss to the console. They are reset before each picture: without it, they report codes of an earlier one.
 */
export function createZxingJsDecoder(options: DecoderOptions = {}): Decoder {
  const formats = options.formats ?? ['QRCode'];
  let loading: Promise<LoadedReaders> | undefined;

  return {
    async decode(image) {
      checkImage(image);
      loading ??= loadReaders(formats);
      const { library, readers, hints } = await loading;
      const bitmap = toBitmap(library, image);
      for (const reader of readers) {
        reader.reset();
        const symbol = toSymbol(library, formats, readOne(library, reader, bitmap, hints));
        if (symbol !== undefined) return [symbol];
      }
      return [];
    },
  };
}

async function loadReaders(formats: readonly SymbolFormat[]): Promise<LoadedReaders> {
  // The package is CommonJS; which of its names Node sees as exports depends on how it was compiled.
  const loaded = (await import('@zxing/library')) as Library & { default?: Library };
  const library = loaded.default ?? loaded;
  const hints: Hints = new Map<number, unknown>([
    [library.DecodeHintType.TRY_HARDER, true],
    [library.DecodeHintType.POSSIBLE_FORMATS, formats.map((format) => libraryFormat(library, format))],
  ]);
  const readers: Reader[] = [];
  if (formats.includes('QRCode')) readers.push(new library.QRCodeReader());
  if (formats.includes('Aztec')) readers.push(new library.AztecCodeReader());
  if (formats.includes('DataMatrix')) readers.push(new library.DataMatrixReader());
  if (formats.includes('PDF417')) readers.push(new library.PDF417Reader());
  if (formats.includes('Code128') || formats.includes('EAN13')) readers.push(new library.MultiFormatOneDReader(hints));
  return { library, readers, hints };
}

function toBitmap(library: Library, { data, width, height }: LumaImage): BinaryBitmap {
  const luma = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.length);
  return new library.BinaryBitmap(new library.HybridBinarizer(new library.RGBLuminanceSource(luma, width, height)));
}

/** Not finding anything is an exception in this library; so are its slips on odd pictures (index out of range). */
function readOne(library: Library, reader: Reader, bitmap: BinaryBitmap, hints: Hints): Result | undefined {
  try {
    return reader.decode(bitmap, hints as Parameters<Reader['decode']>[1]);
  } catch (error) {
    if (error instanceof library.Exception || error instanceof RangeError || error instanceof TypeError) {
      return undefined;
    }
    throw error;
  }
}

function toSymbol(
  library: Library,
  formats: readonly SymbolFormat[],
  result: Result | undefined,
): DecodedSymbol | undefined {
  if (result === undefined) return undefined;
  const format = formats.find((candidate) => libraryFormat(library, candidate) === result.getBarcodeFormat());
  return format === undefined ? undefined : { format, text: result.getText() };
}

function libraryFormat({ BarcodeFormat }: Library, format: SymbolFormat): number {
  return {
    QRCode: BarcodeFormat.QR_CODE,
    Aztec: BarcodeFormat.AZTEC,
    DataMatrix: BarcodeFormat.DATA_MATRIX,
    PDF417: BarcodeFormat.PDF_417,
    Code128: BarcodeFormat.CODE_128,
    EAN13: BarcodeFormat.EAN_13,
  }[format];
}
