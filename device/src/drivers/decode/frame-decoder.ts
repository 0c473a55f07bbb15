import type { Decoder } from '../../ports/decoder.ts';
import { createBlurDecoder } from './blur-decoder.ts';
import { createGridDecoder } from './grid/grid-decoder.ts';
import { createInvertDecoder } from './invert-decoder.ts';
import { createRotatingDecoder } from './rotating-decoder.ts';
import { createZxingWasmDecoder, type DecoderOptions } from './zxing-wasm-decoder.ts';

/** One place is looked at in a frame, if it is most likely a code: the next frame shows it again, perhaps better. */
const likely = { maxRegions: 1, maxMisfit: 0.5 };

/**
 * For a camera's frames: a quick look by ZXing-C++ at each, and in turn one of the tries of `createDefaultDecoder` that
 * read most. The dear ones come seldom, so that on average there is time for 40 frames of 1280×720 a second on one core.
 * A code held for a second is given to all but the last of them.
 */
export function createFrameDecoder(options: DecoderOptions = {}): Decoder {
  const quick = createZxingWasmDecoder({ ...options, effort: 'quick' });
  const thorough = createZxingWasmDecoder(options);
  const cheap = [createBlurDecoder(quick), createInvertDecoder(quick)];
  if (options.formats?.includes('QRCode') === false) return createRotatingDecoder(quick, [...cheap, thorough]);
  const reader = createZxingWasmDecoder({ effort: 'drawn' });
  const halved = createGridDecoder({ reader, ...likely, halvings: 1 });
  const dark = createInvertDecoder(halved);
  const whole = createGridDecoder({ reader, ...likely });
  const dear = [halved, thorough, dark, halved, thorough, halved, dark, whole];
  return createRotatingDecoder(
    quick,
    dear.flatMap((turn) => [...cheap, createBlurDecoder(quick), turn]),
  );
}
