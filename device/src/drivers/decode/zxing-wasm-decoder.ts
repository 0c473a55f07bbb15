import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { ReaderOptions } from 'zxing-wasm/reader';
import type { DecodedSymbol, Decoder, LumaImage, SymbolFormat } from '../../ports/decoder.ts';
import { checkImage } from './check-image.ts';
import { createSpareBytes } from './spare-bytes.ts';

/**
 * `all`: every try of the library. `quick`: only upright ways of reading, on the picture as it is, in a quarter of the
 * time. `drawn`: for a clean drawing that holds one upright code and nothing else, so that nothing has to be sought.
 */
type Effort = 'all' | 'quick' | 'drawn';

/** Formats default to QR only: every other one is paid for on each empty picture. */
export interface DecoderOptions {
  formats?: readonly SymbolFormat[];
  /** How much is tried; default `all`. */
  effort?: Effort;
}

/** A picture may show a poster's code beside the customer's; more than these are not looked for. */
const maxMatrixSymbols = 4;

/** A linear code is read line by line, and a bad line passes the weak check sum: only the best supported read counts. */
const linearFormats: readonly SymbolFormat[] = ['Code128', 'EAN13'];

const efforts: Record<Effort, ReaderOptions> = {
  // Denoising by morphological closing reads two more of the test pictures.
  all: { tryHarder: true, tryRotate: true, tryInvert: true, tryDownscale: true, tryDenoise: true },
  quick: { tryHarder: true, tryRotate: false, tryInvert: false, tryDownscale: false, tryDenoise: false },
  drawn: {
    isPure: true,
    tryHarder: false,
    tryRotate: false,
    tryInvert: false,
    tryDownscale: false,
    tryDenoise: false,
  },
};

type Reader = typeof import('zxing-wasm/reader');

/**
 * ZXing-C++ compiled to WebAssembly.
 *
 * The module is loaded on the first picture, from the package's own file: left alone it would fetch it from a CDN.
 */
export function createZxingWasmDecoder(options: DecoderOptions = {}): Decoder {
  const formats = options.formats ?? ['QRCode'];
  const readerOptions: ReaderOptions = {
    formats: [...formats],
    maxNumberOfSymbols: formats.some((format) => linearFormats.includes(format)) ? 1 : maxMatrixSymbols,
    // The default replaces control characters by words such as <SOH>.
    textMode: 'Plain',
    ...efforts[options.effort ?? 'all'],
  };

  const spare = createSpareBytes();
  return {
    async decode(image) {
      checkImage(image);
      const { readBarcodes } = await loadReader();
      const header = pgmHeader(image);
      const results = await spare.lend(header.length + image.data.length, (file) => {
        file.set(header);
        file.set(image.data, header.length);
        return readBarcodes(file, readerOptions);
      });
      return results.filter((result) => result.isValid).flatMap(({ format, text }) => toSymbol(format, text));
    },
  };
}

let loading: Promise<Reader> | undefined;

/** The library with its module, loaded once in a thread. */
export function loadReader(): Promise<Reader> {
  loading ??= prepareReader();
  return loading;
}

async function prepareReader(): Promise<Reader> {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  const [reader, wasm] = await Promise.all([import('zxing-wasm/reader'), readFile(file)]);
  reader.prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
  return reader;
}

/** Binary PGM: the library then takes the brightness as it is, at a quarter of the bytes of an RGBA `ImageData`. */
export function pgmHeader({ width, height }: LumaImage): Buffer {
  return Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1');
}

/** The library names sub-formats where it can tell them, e.g. QRCodeModel2; the port knows families. */
const families: Readonly<Record<string, SymbolFormat>> = {
  QRCode: 'QRCode',
  QRCodeModel1: 'QRCode',
  QRCodeModel2: 'QRCode',
  Aztec: 'Aztec',
  AztecCode: 'Aztec',
  DataMatrix: 'DataMatrix',
  PDF417: 'PDF417',
  CompactPDF417: 'PDF417',
  Code128: 'Code128',
  EAN13: 'EAN13',
};

function toSymbol(libraryFormat: string, text: string): DecodedSymbol[] {
  const format = families[libraryFormat];
  return format === undefined ? [] : [{ format, text }];
}
