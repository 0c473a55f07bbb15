import { createPrinterEmulator, type PrinterEmulator } from '@scanpay/device/testing/printer-emulator.ts';
import type { Slip } from './judge-books.ts';
import { readSlip } from './read-books.ts';

/** A printer outside of the box, and the paper that came out of it. */
export interface Paper {
  readonly printer: PrinterEmulator;
  /** What every piece of paper named so far. */
  readonly slips: readonly Slip[];
  /** Bytes of a slip that is not cut off yet. */
  printedBytes(): number;
  /** Switches the printer off and on: its buffer is empty. */
  powerCycle(): void;
}

/** Questions to the printer are at most this long; whatever is longer is of a slip. */
const questionBytes = 3;

export function createPaper(): Paper {
  const slips: Slip[] = [];
  let printedBytes = 0;
  const emulator = createPrinterEmulator({
    onReceipt(bytes) {
      slips.push(...readSlip(bytes));
      printedBytes = 0;
    },
  });
  const printer: PrinterEmulator = {
    ...emulator,
    receive(bytes, send) {
      if (bytes.length > questionBytes) printedBytes += bytes.length;
      emulator.receive(bytes, send);
    },
  };
  return {
    printer,
    slips,
    printedBytes: () => printedBytes,
    powerCycle() {
      emulator.powerCycle();
      printedBytes = 0;
    },
  };
}
