/** Everything a simulated run leaves to chance, from one seed. */
export interface Dice {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** Whole numbers, both ends included. */
  between(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  bytes(length: number): Uint8Array;
  /** Waiting times as of events that come by themselves; the mean is `meanMs`. */
  waitMs(meanMs: number): number;
  /** Dice of their own for one part, so that a change in one part leaves the throws of the others as they are. */
  fork(name: string): Dice;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes its author's batteries, nothing secret. */
export function createDice(seed: string | number): Dice {
  let [a, b, c, counter] = hashSeed(String(seed));
  const word = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) word();
  const next = (): number => word() / 2 ** 32;
  const between = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick<T>(items: readonly T[]): T {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 4) {
        const drawn = word();
        for (let byte = 0; byte < 4 && at + byte < length; byte += 1) bytes[at + byte] = drawn >>> (8 * byte);
      }
      return bytes;
    },
    waitMs: (meanMs) => Math.round(-meanMs * Math.log(1 - next())),
    fork: (name) => createDice(`${seed}/${name}`),
  };
}

/** FNV-1a with four offsets. */
function hashSeed(text: string): [number, number, number, number] {
  const hash = (offset: number): number => {
    let value = (2166136261 ^ offset) | 0;
    for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 16777619);
    return value | 0;
  };
  return [hash(1), hash(2), hash(3), hash(4)];
}
