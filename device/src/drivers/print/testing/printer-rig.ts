import { afterEach, expect } from 'vitest';
import type { Printer, PrinterStatus } from '../../../ports/printer.ts';
import { cardSale, testPrint } from '../../../testing/example-receipts.ts';
import { createPrinterEmulator, type PrinterEmulator } from '../../../testing/printer-emulator.ts';
import type { WatchedScheduler } from '../../../testing/watched-scheduler.ts';
import { encodeReceipt } from '../receipt-encoder.ts';
import { defaultSessionSettings, type SessionSettings } from '../session-settings.ts';

/** Distinct, so that a test can tell which wait it is in. */
export const contractSettings: SessionSettings = {
  ...defaultSessionSettings,
  firstRetryMs: 250,
  quietMs: 500,
  statusTimeoutMs: 1_000,
  completionPollMs: 1_100,
  completionTimeoutMs: 4_400,
  firstAnswerTimeoutMs: 4_400,
  closeTimeoutMs: 2_000,
  connectWaitMs: 3_000,
  openTimeoutMs: 5_000,
  writeTimeoutMs: 10_000,
};

/** A driver with an emulated printer at the other end of a real line. */
export interface PrinterRig {
  printer: Printer;
  scheduler: WatchedScheduler;
  emulator: PrinterEmulator;
  /** What came out, slip by slip. */
  slips: Uint8Array[];
  /** What the printer said unasked. */
  heard: PrinterStatus[];
  /** Bytes the emulator has been sent so far, questions included. */
  receivedBytes(): number;
  unplug(): void | Promise<void>;
  /** Unplugs when the printer has got so many more bytes. */
  unplugAfter(byteCount: number): void;
  plugIn(): Promise<void>;
  close(): Promise<void>;
}

export const slipA = encodeReceipt(cardSale, 42).bytes;
export const slipB = encodeReceipt(testPrint, 42).bytes;

/** An emulator that counts what it is sent and can cut the line after so many bytes. */
export function createCountedEmulator(unplug: () => void) {
  const slips: Uint8Array[] = [];
  const emulator = createPrinterEmulator({ onReceipt: (bytes) => slips.push(bytes) });
  let received = 0;
  let unplugAt = Number.POSITIVE_INFINITY;
  const counted: PrinterEmulator = {
    ...emulator,
    receive(bytes, send) {
      received += bytes.length;
      emulator.receive(bytes.subarray(0, bytes.length - Math.max(0, received - unplugAt)), send);
      if (received < unplugAt) return;
      unplugAt = Number.POSITIVE_INFINITY;
      unplug();
    },
  };
  return {
    emulator: counted,
    slips,
    heard: [] as PrinterStatus[],
    receivedBytes: () => received,
    unplugAfter(byteCount: number) {
      unplugAt = received + byteCount;
    },
  };
}

export type CreateRig = (settings: Partial<SessionSettings>) => Promise<PrinterRig>;

/** Sets up started printers, and after each test stops them and looks that no timer is left. */
export function createRigKeeper(createRig: CreateRig) {
  const rigs: PrinterRig[] = [];
  afterEach(async () => {
    for (const rig of rigs.splice(0)) {
      await rig.printer.stop();
      expect(rig.scheduler.pendingCount()).toBe(0);
      await rig.close();
    }
  });
  const create: CreateRig = async (settings) => {
    const rig = await createRig(settings);
    rigs.push(rig);
    return rig;
  };
  /** A printer that has been met: it is well, and there is no earlier job to wait for. */
  const setUp = async (settings: Partial<SessionSettings> = {}): Promise<PrinterRig> => {
    const rig = await create(settings);
    await rig.printer.start((status) => rig.heard.push(status));
    if (settings.hasStatusChannel === false) return rig;
    const status = rig.printer.status();
    await rig.scheduler.whenArmed(contractSettings.quietMs);
    rig.scheduler.advance(contractSettings.quietMs);
    expect(await status).toEqual({ kind: 'ok' });
    return rig;
  };
  return { create, setUp };
}
