import type { Decoder } from '../../ports/decoder.ts';
import { createBlurDecoder } from './blur-decoder.ts';
import { createGridDecoder } from './grid/grid-decoder.ts';
import { createInvertDecoder } from './invert-decoder.ts';
import { createPipelineDecoder } from './pipeline-decoder.ts';
import { createSharpenDecoder } from './sharpen-decoder.ts';
import { createZxingJsDecoder } from './zxing-js-decoder.ts';
import { createZxingWasmDecoder, type DecoderOptions } from './zxing-wasm-decoder.ts';

/**
 * For a picture there is time for: ZXing-C++, the same on a blurred picture (phone screens), a QR code's grid fitted and
 * read module by module, likewise light on dark and sharpened, then ZXing in JavaScript.
 */
export function createDefaultDecoder(options: DecoderOptions = {}): Decoder {
  const wasm = createZxingWasmDecoder(options);
  const wantsQr = options.formats?.includes('QRCode') ?? true;
  const grid = createGridDecoder({ reader: createZxingWasmDecoder({ effort: 'drawn' }) });
  const gridTries = wantsQr ? [grid, createInvertDecoder(grid), createSharpenDecoder(grid)] : [];
  return createPipelineDecoder([wasm, createBlurDecoder(wasm), ...gridTries, createZxingJsDecoder(options)]);
}
