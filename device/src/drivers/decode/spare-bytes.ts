/** Lends bytes, the same ones again once they are given back: a picture's worth for each frame keeps the collector busy. */
export interface SpareBytes {
  /** `use` may write to `bytes` and read what it wrote until it is done; what it finds there at first is of no meaning. */
  lend<T>(length: number, use: (bytes: Uint8Array<ArrayBuffer>) => Promise<T>): Promise<T>;
}

/** Keeps one picture's worth; who asks while that is lent gets bytes of their own. */
export function createSpareBytes(): SpareBytes {
  let spare: Uint8Array<ArrayBuffer> | undefined;
  return {
    async lend(length, use) {
      const bytes = spare?.length === length ? spare : new Uint8Array(length);
      spare = undefined;
      try {
        return await use(bytes);
      } finally {
        spare = bytes;
      }
    },
  };
}
