import { createDefaultDecoder } from '@scanpay/device/drivers/decode/default-decoder.ts';
import { createZxingJsDecoder } from '@scanpay/device/drivers/decode/zxing-js-decoder.ts';
import { createZxingWasmDecoder } from '@scanpay/device/drivers/decode/zxing-wasm-decoder.ts';
import { type Decoder, type LumaImage, type SymbolFormat, symbolFormats } from '@scanpay/device/ports/decoder.ts';
import { drawNothing } from '@scanpay/device/testing/draw-symbol.ts';

const factories = {
  '@zxing/library': createZxingJsDecoder,
  'zxing-wasm': createZxingWasmDecoder,
  'default pipeline': createDefaultDecoder,
};

export type DecoderName = keyof typeof factories;

export const decoderNames = Object.keys(factories) as DecoderName[];

/** Each decoder is first on some pictures: whoever comes later finds the picture in the processor's cache. */
export function takeTurns(turn: number): DecoderName[] {
  const first = turn % decoderNames.length;
  return [...decoderNames.slice(first), ...decoderNames.slice(0, first)];
}

export interface TimedRead {
  texts: string[];
  /** By the clock: the decoders run on this thread alone, so it is one core's time unless others want that core. */
  ms: number;
}

export interface TimedDecoders {
  read(name: DecoderName, formats: readonly SymbolFormat[], image: LumaImage): Promise<TimedRead>;
}

/** Each decoder under test, made once per set of formats, its module loaded before the first picture is timed. */
export function createTimedDecoders(): TimedDecoders {
  const made = new Map<string, Promise<Decoder>>();

  const make = async (name: DecoderName, formats: readonly SymbolFormat[]): Promise<Decoder> => {
    const decoder = factories[name]({ formats });
    await decoder.decode(drawNothing());
    return decoder;
  };
  return {
    async read(name, formats, image) {
      const key = `${name} ${symbolFormats.filter((format) => formats.includes(format))}`;
      const making = made.get(key) ?? make(name, formats);
      made.set(key, making);
      const decoder = await making;
      const before = performance.now();
      const symbols = await decoder.decode(image);
      const ms = performance.now() - before;
      return { texts: symbols.map((symbol) => symbol.text), ms };
    },
  };
}
