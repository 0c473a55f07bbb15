import { mkdirSync, writeFileSync } from 'node:fs';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { renderPreview } from '@scanpay/device/testing/escpos-preview.ts';
import { createPrinterEmulator, serveTcpPrinter } from '@scanpay/device/testing/printer-emulator.ts';
import { openPtyPair } from '@scanpay/device/testing/pty.ts';
import { createPacedScan } from './paced-scan.ts';
import { showOnPhone } from './phone-picture.ts';

/** The counter's instruments, as far as the box can tell: a scanner on a serial line, a camera, a network printer. */
export interface DemoHardware {
  scannerPath: string;
  /** Where the box finds its camera program. */
  cameraSearchPath: string;
  printer: { host: string; port: number };
  /** The scanner reads a code: the bytes a real one types; the same code again late enough to count. */
  scan(text: string): Promise<void>;
  /** What a broken or wrongly set scanner sends: these bytes, as they are. */
  sendRaw(bytes: Uint8Array | string): Promise<void>;
  /** Holds a phone with this picture before the camera, or takes it away. */
  showToCamera(jpeg: Uint8Array | null): Promise<void>;
  /** The picture of the `count`-th slip, once the printer has cut it. */
  waitForSlip(count: number): Promise<Buffer>;
  /** Every slip's picture is written. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const slipWaitMs = 60_000;
const cameraFeed = fileURLToPath(new URL('./camera-feed.ts', import.meta.url));

/** `repeatWindowMs`: the box's. */
export async function startHardware(boxDir: string, repeatWindowMs: number): Promise<DemoHardware> {
  const receiptsDir = join(boxDir, 'receipts');
  const cameraDir = join(boxDir, 'camera');
  mkdirSync(receiptsDir, { recursive: true });
  mkdirSync(cameraDir, { recursive: true });
  const scanner = await openPtyPair();
  const slips: Uint8Array[] = [];
  let pictures: Promise<void> = Promise.resolve();
  const emulator = createPrinterEmulator({
    onReceipt(bytes) {
      slips.push(bytes);
      const name = join(receiptsDir, String(slips.length).padStart(3, '0'));
      writeFileSync(`${name}.bin`, bytes);
      pictures = pictures.then(async () => writeFile(`${name}.png`, await renderPreview(bytes, { columns: 42 })));
    },
  });
  const printer = await serveTcpPrinter(emulator);
  for (const name of ['rpicam-vid', 'rpicam-still']) {
    const command = join(cameraDir, name);
    await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${cameraFeed}' '${cameraDir}' ${name} "$@"\n`);
    await chmod(command, 0o755);
  }
  return {
    scannerPath: scanner.path,
    cameraSearchPath: cameraDir,
    printer: { host: '127.0.0.1', port: printer.port },
    scan: createPacedScan(repeatWindowMs, (text) => scanner.write(`${text}\r\n`)),
    sendRaw: (bytes) => scanner.write(bytes),
    async showToCamera(jpeg) {
      const shown = join(cameraDir, 'shown.jpg');
      if (jpeg === null) return rm(shown, { force: true });
      await writeFile(`${shown}.new`, await showOnPhone(jpeg));
      await rename(`${shown}.new`, shown);
    },
    async waitForSlip(count) {
      const deadline = Date.now() + slipWaitMs;
      while (slips.length < count) {
        if (Date.now() > deadline) throw new Error(`slip ${count} was not printed`);
        await delay(25);
      }
      await pictures;
      return readFile(join(receiptsDir, `${String(count).padStart(3, '0')}.png`));
    },
    settled: () => pictures,
    async stop() {
      await pictures;
      scanner.close();
      await printer.close();
    },
  };
}
