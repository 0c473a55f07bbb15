import type { Scheduler } from '@scanpay/shared/clock.ts';
import { judgeLight, judgePrint, judgePrinter, judgeScanner } from '../core/doctor/judge.ts';
import type { Finding } from '../core/doctor/report.ts';
import type { Light } from '../ports/light.ts';
import type { Printer } from '../ports/printer.ts';
import type { Scanner, ScannerEvents, ScannerState } from '../ports/scanner.ts';

/** Serial: the port opens. Camera: the program is there and one picture came. Ends at the first fault. */
export async function probeScanner(options: {
  kind: 'serial' | 'camera';
  createScanner(events: ScannerEvents): Scanner;
  waitMs: number;
  scheduler: Scheduler;
}): Promise<Finding> {
  let last: ScannerState | undefined;
  const settled = Promise.withResolvers<void>();
  const cancel = options.scheduler.after(options.waitMs, settled.resolve);
  const scanner = options.createScanner({
    onState(state) {
      last = state;
      if (state.kind !== 'connecting') settled.resolve();
    },
    // What somebody scans meanwhile is nobody's sale.
    onScan: () => undefined,
    onRejected: () => undefined,
  });
  const started = scanner.start();
  await settled.promise;
  cancel();
  const finding = judgeScanner(options.kind, last);
  await started;
  await scanner.stop();
  return finding;
}

/** Taken hold of and let go, dark all the while. */
export async function probeLight(light: Light): Promise<Finding> {
  await light.start();
  const state = light.state();
  await light.stop();
  return judgeLight(state);
}

async function withPrinter<T>(printer: Printer, task: () => Promise<T>): Promise<T> {
  await printer.start();
  try {
    return await task();
  } finally {
    await printer.stop();
  }
}

export function probePrinter(printer: Printer): Promise<Finding> {
  return withPrinter(printer, async () => judgePrinter(await printer.status()));
}

export function probePrint(printer: Printer, slip: Uint8Array): Promise<Finding> {
  return withPrinter(printer, async () => judgePrint(await printer.print(slip)));
}
