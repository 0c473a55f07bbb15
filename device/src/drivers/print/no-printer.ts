import type { Printer } from '../../ports/printer.ts';
import { checkJob } from './printer-session.ts';

/** For a box without a printer: receipts stay on the counter page. */
export function createNoPrinter(): Printer {
  return {
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    async print(bytes) {
      checkJob(bytes);
      return { kind: 'no-printer' };
    },
    status: async () => ({ kind: 'unknown', reason: 'this box has no printer', cause: 'no-printer' }),
  };
}
