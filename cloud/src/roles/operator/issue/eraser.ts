import type { IssueStore } from '../../../ports/operator-store.ts';
import type { Retrier } from '../../common/retrier.ts';

/** Wipes deleted card boxes and barcodes out of the database's files; one pass serves all deletions before it. */
export interface Eraser {
  /** True once everything deleted before the call is gone; false when stopped before that. */
  erase(): Promise<boolean>;
  stop(): Promise<void>;
}

export function createEraser(store: Pick<IssueStore, 'eraseTraces'>, retrier: Retrier): Eraser {
  let askedCount = 0;
  let erasedCount = 0;
  const attempt = async (): Promise<boolean> => {
    while (erasedCount < askedCount) {
      const upTo = askedCount;
      if (!(await store.eraseTraces())) return false;
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
