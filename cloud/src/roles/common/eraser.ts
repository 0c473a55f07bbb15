import type { Retrier } from './retrier.ts';

/** Drives deleted card data out of the database's files; one pass serves all deletions before it. */
export interface Eraser {
  /** True once everything deleted before the call is gone; false when stopped before that. */
  erase(): Promise<boolean>;
  stop(): Promise<void>;
}

/** `eraseTraces`: one pass over the files; false when a reader was in the way and it must be tried again. */
export function createEraser(eraseTraces: () => Promise<boolean>, retrier: Retrier): Eraser {
  let askedCount = 0;
  let erasedCount = 0;
  const attempt = async (): Promise<boolean> => {
    while (erasedCount < askedCount) {
      const upTo = askedCount;
      if (!(await eraseTraces())) return false;
      erasedCount = upTo;
    }
    return true;
  };
  return {
    async erase() {
      askedCount += 1;
      const mine = askedCount;
      while (erasedCount < mine) {
        if (!(await retrier.run('erase', attempt))) return false;
      }
      return true;
    },
    stop: () => retrier.stop(),
  };
}
