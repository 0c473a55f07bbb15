import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import { maxWaitingReceipts, queueReceipt } from '../core/receipts/queue-receipt.ts';
import type { Journal, SpooledReceipt, SpoolState } from '../ports/journal.ts';
import { maxJobBytes, type Printer, type PrinterStatus, type PrintResult } from '../ports/printer.ts';
import type { Log } from './deps.ts';

const firstPauseMs = 1_000;
const maxPauseMs = 15_000;
/** How long a slip waits for the number of its cash receipt, so that it is on the paper; it mostly comes at once. */
const maxHoldMs = 2_000;
/** How often an idle printer is asked how it is, so that an open cover shows before the next sale. */
const statusPeriodMs = 10_000;

/** A printer that never confirms what it prints would use up the roll; then the clerk looks, and asks for a copy. */
const maxUncertainTries = 10;

/** The states after which a receipt does not wait any more. */
const endStates: Partial<Record<PrintResult['kind'], SpoolState>> = {
  printed: 'printed',
  'sent-unconfirmed': 'sent',
  'no-printer': 'kept',
};

interface SpoolDeps {
  journal: Journal;
  printer: Printer;
  scheduler: Scheduler;
  renderReceipt(receipt: Receipt): Uint8Array | Promise<Uint8Array>;
  onStatus(status: PrinterStatus): void;
  onFatal(error: unknown): void;
  log: Log;
}

const asReprint = (receipt: Receipt): Receipt => ({ ...receipt, reprint: true });

/**
 * The durable spool: a receipt is queued with its approval, marked `printing` before the first byte and `printed` after
 * the printer said so. What was `printing` when power failed, or broke off midway, is printed again marked as a reprint:
 * never a silent double, never a loss.
 */
export function createSpool(deps: SpoolDeps) {
  const { journal, scheduler } = deps;
  const watch = createStatusWatch(deps, () => wake());
  const printOne = createPrintStep(deps, watch);
  let running = false;
  let working: Promise<void> | null = null;
  let cancelRetry: () => void = noTimer;
  let pauseMs = firstPauseMs;
  let isHeld = false;
  const holdFor = createHold(scheduler);

  const drain = async (): Promise<void> => {
    isHeld = false;
    for (let next = journal.nextReceipt(); running && next !== null; next = journal.nextReceipt()) {
      const holdMs = holdFor(next);
      if (holdMs > 0) {
        isHeld = true;
        cancelRetry();
        cancelRetry = scheduler.after(holdMs, wake);
        return;
      }
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
      .catch((error: unknown) => {
        // The journal failed: to go on would print the same receipt without end.
        running = false;
        deps.onFatal(error);
      })
      .finally(() => {
        working = null;
        // A receipt queued while the last look was under way.
        if (running && !isHeld && pauseMs === firstPauseMs && journal.nextReceipt() !== null) wake();
      });
  };
  return {
    start(): void {
      running = true;
      wake();
      watch.start();
    },
    wake,
    /** What the printer says unasked. */
    heard: watch.hear,
    /**
     * Prints a copy, marked as such; what was never printed is printed as the first.
     * @throws ScanPayError `not_found`, `printer_queue_full` when too many receipts wait.
     */
    reprint(receiptId: number, atMs: number): void {
      const found = journal.findReceipt(receiptId);
      if (found === null) throw new ScanPayError('not_found', `receipt ${receiptId}`);
      if (found.state !== 'queued' && found.state !== 'printing') requeue(found, atMs);
      wake();
    },
    async stop(): Promise<void> {
      running = false;
      cancelRetry();
      watch.stop();
      await working;
    },
  };

  function requeue({ receiptId, receipt, state }: SpooledReceipt, atMs: number): void {
    const waiting = journal.countWaitingReceipts();
    if (waiting >= maxWaitingReceipts)
      throw new ScanPayError('printer_queue_full', `${waiting} receipts wait for the printer`);
    if (state === 'kept') journal.commit([{ op: 'set-receipt', receiptId, state: 'queued' }]);
    else journal.commit([queueReceipt(asReprint(receipt), atMs, waiting)]);
  }
}

/** How long a receipt is still held back for the number of its cash receipt, in ms; 0: print it. */
function createHold(scheduler: Scheduler): (next: SpooledReceipt) => number {
  let held = { receiptId: 0, untilMs: 0 };
  return ({ receiptId, receipt, state }) => {
    const hasReceipt = receipt.kind === 'sale' || receipt.kind === 'cancel';
    const isAwaited = hasReceipt && receipt.cashReceipt?.state === 'requested';
    if (!isAwaited || receipt.reprint || state === 'printing') return 0;
    if (held.receiptId !== receiptId) held = { receiptId, untilMs: scheduler.nowMs() + maxHoldMs };
    return Math.max(0, held.untilMs - scheduler.nowMs());
  };
}

/** Prints one receipt. True: go on with the next one. False: wait. */
function createPrintStep(deps: SpoolDeps, watch: StatusWatch): (next: SpooledReceipt) => Promise<boolean> {
  const { journal, printer, log } = deps;
  let uncertain = { receiptId: 0, tries: 0 };

  const endStateOf = (receiptId: number, result: PrintResult): SpoolState | undefined => {
    if (result.kind !== 'uncertain') return endStates[result.kind];
    uncertain = { receiptId, tries: uncertain.receiptId === receiptId ? uncertain.tries + 1 : 1 };
    return uncertain.tries < maxUncertainTries ? undefined : 'sent';
  };

  /** Undefined for a receipt that cannot be drawn: it must not keep the others from being printed. */
  const render = async (receiptId: number, receipt: Receipt): Promise<Uint8Array | undefined> => {
    try {
      const bytes = await deps.renderReceipt(receipt);
      if (bytes.length <= maxJobBytes) return bytes;
      log.error({ receiptId, bytes: bytes.length }, 'the receipt is too long to print');
    } catch (error) {
      log.error({ receiptId, err: error }, 'the receipt cannot be drawn');
    }
    return undefined;
  };

  return async (next) => {
    const { receiptId } = next;
    const receipt = next.state === 'printing' ? asReprint(next.receipt) : next.receipt;
    const bytes = await render(receiptId, receipt);
    if (bytes === undefined) {
      journal.commit([{ op: 'set-receipt', receiptId, state: 'kept', receipt }]);
      return true;
    }
    // An unchanged slip is left alone: the number of its cash receipt may come at any moment.
    const changed = receipt === next.receipt ? {} : { receipt };
    journal.commit([{ op: 'set-receipt', receiptId, state: 'printing', ...changed }]);
    const result = await printer.print(bytes);
    const endState = endStateOf(receiptId, result);
    // `fault`: nothing reached the paper, so the next try is still the first copy.
    const current = journal.findReceipt(receiptId)?.receipt ?? receipt;
    const again = result.kind === 'fault' ? current : asReprint(current);
    journal.commit([
      endState !== undefined
        ? { op: 'set-receipt', receiptId, state: endState }
        : { op: 'set-receipt', receiptId, state: 'queued', receipt: again },
    ]);
    if (endState === undefined) log.warn({ receiptId, result }, 'receipt waits for the printer');
    else if (result.kind === 'uncertain') log.error({ receiptId, result }, 'receipt given up, nobody knows if printed');
    await watch.conclude(result);
    return endState !== undefined;
  };
}

interface StatusWatch {
  start(): void;
  stop(): void;
  hear(status: PrinterStatus): void;
  /** Says what a job's end shows of the printer, and asks where it leaves that open. */
  conclude(result: PrintResult): Promise<void>;
}

/** Keeps the printer's last word, by asking from time to time and by listening. */
function createStatusWatch(deps: SpoolDeps, onWell: () => void): StatusWatch {
  const { printer, scheduler } = deps;
  let running = false;
  let isOk = false;
  let cancel: () => void = noTimer;

  const tell = (status: PrinterStatus): void => {
    if (!running) return;
    isOk = status.kind === 'ok';
    deps.onStatus(status);
  };
  const ask = async (): Promise<void> => tell(await printer.status());
  const hear = (status: PrinterStatus): void => {
    tell(status);
    // Paper is back: what waited need not wait for its own retry.
    if (running && isOk) onWell();
  };
  const keepAsking = async (): Promise<void> => {
    hear(await printer.status());
    if (running) cancel = scheduler.after(statusPeriodMs, () => void keepAsking());
  };
  return {
    start() {
      running = true;
      void keepAsking();
    },
    stop() {
      running = false;
      cancel();
    },
    hear,
    async conclude(result) {
      if (result.kind === 'printed' && !isOk) tell({ kind: 'ok' });
      const isNamed = result.kind === 'fault' && result.faults.some((fault) => fault !== 'offline');
      if (isNamed) tell(result);
      else if (result.kind === 'fault' || result.kind === 'uncertain') await ask();
    },
  };
}
