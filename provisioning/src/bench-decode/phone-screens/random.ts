/** The same seed gives the same numbers. */
export interface Random {
  /** From `min` up to `max`. */
  between(min: number, max: number): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
  shuffle<T>(items: readonly T[]): T[];
}

/** Mulberry32: 32 bits of state, enough for pictures and nothing secret. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    between: (min, max) => min + (max - min) * next(),
    // Box–Muller; 1 - next() is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle: (items) =>
      items
        .map((item) => ({ item, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
  };
}
