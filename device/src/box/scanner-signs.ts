import { awaitsScan, signOf } from '../core/terminal/scan-sign.ts';
import type { TerminalState } from '../core/terminal/state.ts';
import type { Scanner } from '../ports/scanner.ts';

/**
 * Tells the scanner what is new on the counter and whether a coupon is waited for; to be called after each step. What
 * is on the counter at power-on is no answer to a scan.
 */
export function createScannerSigns(scanner: Scanner, getState: () => TerminalState): () => void {
  let shown = getState().counter;
  return () => {
    const state = getState();
    scanner.awaitScan?.(awaitsScan(state));
    if (state.counter === shown) return;
    // The same refusal twice is two scans; the same unknown payment is one, however often it is looked at.
    const isSame = shown.kind === 'unknown' && state.counter.kind === 'unknown';
    shown = state.counter;
    const sign = signOf(shown);
    if (sign !== undefined && !isSame) scanner.show?.(sign);
  };
}
