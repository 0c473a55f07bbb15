import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPrinterEmulator, serveTcpPrinter } from '@scanpay/device/testing/printer-emulator.ts';
import { openPtyPair } from '@scanpay/device/testing/pty.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { createTravellers } from '../demo/customers.ts';
import { makeCloudConfig, makeIdentities, writeConfig } from '../demo/identities.ts';
import { startService } from '../demo/processes.ts';

const cloudMain = fileURLToPath(new URL('../../../cloud/src/main.ts', import.meta.url));
const anyPort = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
/** Debian's group of serial lines; its number is the same on every Debian. */
const dialoutGid = 20;

/** What is outside the box, all on this machine: the companies, a scanner's serial line, a printer. */
export type CounterWorld = Awaited<ReturnType<typeof startCounterWorld>>;

/** Starts the cloud, as in production, in a process of its own; the instruments are played here. */
export async function startCounterWorld(dataDir: string) {
  mkdirSync(dataDir, { recursive: true });
  const keys = makeIdentities();
  const config = makeCloudConfig(dataDir, anyPort, keys, { kind: 'embedded', port: 0, boxes: 'certificate' });
  const cloud = await startService(cloudMain, ['--config', writeConfig(dataDir, 'cloud.json', config)]);
  const scanner = await openPtyPair();
  // As udev leaves a real scanner's.
  chownSync(scanner.path, 0, dialoutGid);
  chmodSync(scanner.path, 0o660);
  const slips: Uint8Array[] = [];
  const printer = await serveTcpPrinter(createPrinterEmulator({ onReceipt: (bytes) => slips.push(bytes) }));
  const ids = createIdMaker(systemScheduler, randomBytes);
  return {
    operatorUrl: cloud.ready.operator ?? '',
    travellers: createTravellers({ pgUrl: cloud.ready.pg ?? '', mmsDir: join(dataDir, 'mms'), ids }),
    scannerPath: scanner.path,
    /** The scanner reads a code: the bytes that a real one types. */
    scan: (text: string) => scanner.write(`${text}\r\n`),
    printerPort: printer.port,
    /** Slips as the printer got them, the latest last. */
    slips: slips as readonly Uint8Array[],
    async stop(): Promise<void> {
      scanner.close();
      await printer.close();
      await cloud.stop();
    },
  };
}
