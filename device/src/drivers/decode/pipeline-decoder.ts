import type { Decoder } from '../../ports/decoder.ts';

/** Asks one decoder after the other until one finds something; put the fastest first. */
export function createPipelineDecoder(decoders: readonly Decoder[]): Decoder {
  return {
    async decode(image) {
      for (const decoder of decoders) {
        const symbols = await decoder.decode(image);
        if (symbols.length > 0) return symbols;
      }
      return [];
    },
  };
}
