import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { Journal, SpooledReceipt } from '../ports/journal.ts';
import type { Printer, PrinterStatus } from '../ports/printer.ts';
import type { Log } from './deps.ts';

const firstPauseMs = 1_000;
const maxPauseMs = 15_000;
/** How often an idle printer is asked how it is, so that an open cover shows before the next sale. */
const statusPeriodMs = 10_000;

/**
 * The durable spool: a receipt is queued with its approval, marked `printing` before the first byte and `printed` after
 * the printer said so. What was `printing` when power failed, or broke off midway, is printed again marked as a reprint:
 * never a silent double, never a loss.
 */
export function createSpool(deps: {
  journal: Journal;
  printer: Printer;
  scheduler: Scheduler;
  renderReceipt(receipt: Receipt): Uint8Array;
  onStatus(status: PrinterStatus['kind']): void;
  onFatal(error: unknown): void;
  log: Log;
}) {
  const { journal, printer, scheduler, log } = deps;
  let running = false;
  let working: Promise<void> | null = null;
  let cancelRetry: () => void = noTimer;
  let cancelWatch: () => void = noTimer;
  let pauseMs = firstPauseMs;

  const asReprint = (receipt: Receipt): Receipt => ({ ...receipt, reprint: true });

  /** True: go on with the next one. False: wait. */
  const printOne = async (next: SpooledReceipt): Promise<boolean> => {
    const { receiptId } = next;
    const receipt = next.state === 'printing' ? asReprint(next.receipt) : next.receipt;
    journal.commit([{ op: 'set-receipt', receiptId, state: 'printing', receipt }]);
    const result = await printer.print(deps.renderReceipt(receipt));
    if (result.kind === 'printed' || result.kind === 'sent-unconfirmed' || result.kind === 'no-printer') {
      journal.commit([{ op: 'set-receipt', receiptId, state: result.kind === 'no-printer' ? 'kept' : 'printed' }]);
      deps.onStatus(result.kind === 'printed' ? 'ok' : 'unknown');
      return true;
    }
    // `fault`: nothing reached the paper, so the next try is still the first copy.
    const again = result.kind === 'fault' ? receipt : asReprint(receipt);
    journal.commit([{ op: 'set-receipt', receiptId, state: 'queued', receipt: again }]);
    log.warn({ receiptId, result: result.kind }, 'receipt waits for the printer');
    deps.onStatus('fault');
    return false;
  };
  const drain = async (): Promise<void> => {
    for (let next = journal.nextReceipt(); running && next !== null; next = journal.nextReceipt()) {
      if (await printOne(next)) {
        pauseMs = firstPauseMs;
        continue;
      }
      cancelRetry();
      cancelRetry = scheduler.after(pauseMs, wake);
      pauseMs = Math.min(pauseMs * 2, maxPauseMs);
      return;
    }
  };
  const wake = (): void => {
    if (!running || working !== null) return;
    working = drain()
      .catch(deps.onFatal)
      .finally(() => {
        working = null;
        // A receipt queued while the last look was under way.
        if (running && pauseMs === firstPauseMs && journal.nextReceipt() !== null) wake();
      });
  };
  const watchStatus = async (): Promise<void> => {
    const { kind } = await printer.status();
    if (!running) return;
    deps.onStatus(kind);
    cancelWatch = scheduler.after(statusPeriodMs, () => void watchStatus());
    // Paper is back: what waited need not wait for its own retry.
    if (kind === 'ok') wake();
  };
  return {
    start(): void {
      running = true;
      wake();
      void watchStatus();
    },
    wake,
    /** Prints a copy, marked as such. */
    reprint(receiptId: number, atMs: number): void {
      const found = journal.findReceipt(receiptId);
      if (found === null) throw new ScanPayError('not_found', `receipt ${receiptId}`);
      journal.commit([{ op: 'queue-receipt', receipt: asReprint(found.receipt), atMs }]);
      wake();
    },
    async stop(): Promise<void> {
      running = false;
      cancelRetry();
      cancelWatch();
      await working;
    },
  };
}
