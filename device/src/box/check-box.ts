import type { HealthCheck } from '@scanpay/shared/supervision/service-manager.ts';
import type { Journal } from '../ports/journal.ts';

/**
 * What a box cannot work without: a journal that takes commits, and the counter page. A scanner, printer or operator that
 * is away is no reason to start the box again: it shows those itself.
 */
export function createBoxCheck(deps: {
  journal: Pick<Journal, 'checkWritable'>;
  isCounterAnswering: () => Promise<boolean>;
}): HealthCheck {
  return async () => {
    try {
      deps.journal.checkWritable();
    } catch (error) {
      return `the journal cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    }
    return (await deps.isCounterAnswering()) ? undefined : 'the counter page does not answer';
  };
}
