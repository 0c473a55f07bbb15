import type { Light } from '../ports/light.ts';
import type { Printer } from '../ports/printer.ts';
import type { Scanner, ScannerEvents, ScannerState, ScanSource } from '../ports/scanner.ts';

/** One scanner of the configuration. */
export interface ScannerPlan {
  kind: ScanSource;
  /** Its address, for the technician. */
  part: string;
  create(events: ScannerEvents): Scanner;
}

/** What a box holds while it is being set up; the self-test asks here, for nobody else can open what is open. */
export interface HeldInstruments {
  light: Light;
  printer: Printer;
  scanners: readonly { kind: ScanSource; part: string; state(): ScannerState | undefined }[];
}

/** Every scanner at once; each keeps its own state, for the self-test names the one that is broken. */
export function createScannerBench(
  plans: readonly ScannerPlan[],
  events: Pick<ScannerEvents, 'onScan' | 'onRejected'>,
) {
  const benches = plans.map(({ kind, part, create }) => {
    let state: ScannerState | undefined;
    const scanner = create({
      ...events,
      onState(next) {
        state = next;
      },
    });
    return { kind, part, scanner, state: () => state };
  });
  return {
    states: benches.map(({ kind, part, state }) => ({ kind, part, state })),
    /** A camera that hangs does not keep the gun waiting. */
    async start(): Promise<void> {
      await Promise.all(benches.map(({ scanner }) => scanner.start()));
      for (const { scanner } of benches) scanner.awaitScan?.(true);
    },
    showRefused(): void {
      for (const { scanner } of benches) scanner.show?.('refused');
    },
    async stop(): Promise<void> {
      await Promise.all(benches.map(({ scanner }) => scanner.stop()));
    },
  };
}
