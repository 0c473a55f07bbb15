import type { Scheduler } from '@scanpay/shared/clock.ts';
import { judgePrint, judgePrinter, judgeScanner } from '../core/doctor/judge.ts';
import { allWell, type Finding, fault, skip } from '../core/doctor/report.ts';
import { advice } from '../core/doctor/words.ts';
import type { Light } from '../ports/light.ts';
import type { Printer } from '../ports/printer.ts';
import type { Scanner, ScannerEvents, ScannerState, ScanSource } from '../ports/scanner.ts';

/** Serial and keyboard: the device opens. Camera: the program is there and one picture came. Ends at the first fault. */
export async function probeScanner(options: {
  kind: ScanSource;
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
export async function probeLight(
  kind: string,
  createLight: (onFault: (detail: string) => void) => Light,
): Promise<Finding> {
  if (kind === 'none') return skip('no light configured');
  const troubles: string[] = [];
  const light = createLight((detail) => troubles.push(detail));
  try {
    await light.start();
    await light.stop();
  } catch (error) {
    troubles.push(error instanceof Error ? error.message : String(error));
  }
  if (troubles.length === 0) return allWell(`${kind}: starts and stops`);
  const detail = `${kind}: ${troubles.join('; ')}`;
  return /EBUSY|busy/i.test(detail) ? fault(detail, advice.heldByOther) : fault(detail, advice.light);
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
