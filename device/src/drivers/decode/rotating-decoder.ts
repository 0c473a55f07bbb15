import type { Decoder } from '../../ports/decoder.ts';

/**
 * For a stream of pictures that must not wait: each is given to `always` and then, if that finds nothing, to one of
 * `turns`, the next picture to the next of them. What one picture's turn would have read, a later one's will.
 */
export function createRotatingDecoder(always: Decoder, turns: readonly Decoder[]): Decoder {
  let next = 0;
  return {
    async decode(image) {
      const symbols = await always.decode(image);
      const turn = turns[next];
      if (symbols.length > 0 || turn === undefined) return symbols;
      next = (next + 1) % turns.length;
      return turn.decode(image);
    },
  };
}
