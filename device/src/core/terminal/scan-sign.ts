import type { ScanSign } from '../../ports/scanner.ts';
import { saleOnCounter } from './parts.ts';
import type { Counter, TerminalState } from './state.ts';

/** What the person with the scanner in hand is told when this comes on the counter; undefined: nothing. */
export function signOf(counter: Counter): ScanSign | undefined {
  switch (counter.kind) {
    case 'approved':
    case 'cancelled':
    case 'redeemed':
      return 'approved';
    case 'declined':
    case 'reversed':
    case 'cancel-declined':
      return 'declined';
    case 'recheck':
    case 'cancel-offered':
    case 'choosing-offer':
      return 'recheck';
    case 'refused':
    case 'unknown':
      return counter.kind;
    case 'idle':
    case 'awaiting-scan':
    case 'awaiting-refund':
    case 'paying':
    case 'cancelling':
    case 'updating':
      return undefined;
  }
}

/** Whether a scan is what the counter waits for. */
export const awaitsScan = (state: TerminalState): boolean =>
  state.counter.kind === 'awaiting-refund' ||
  (state.counter.kind !== 'choosing-offer' && saleOnCounter(state) !== null);
