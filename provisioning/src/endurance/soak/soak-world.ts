import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveSerialPrinter } from '@scanpay/device/testing/printer-emulator.ts';
import { openPtyPair } from '@scanpay/device/testing/pty.ts';
import { startProcess } from '../../bench/bench-process.ts';
import { startBenchWorld } from '../../bench/bench-world.ts';
import { boxNodeSetting } from '../../bench/box-setting.ts';
import { writeConfig } from '../../demo/identities.ts';
import { createPacedScan } from '../../demo/paced-scan.ts';
import { createPaper } from '../paper.ts';
import { readCharges, readJournal } from '../read-books.ts';
import type { BoxFacts } from './box-facts.ts';

const boxEntry = fileURLToPath(new URL('./soak-box.ts', import.meta.url));
/** Two reads of one picture come in one burst, which a busy box may read in two; the next scan of that code is later. */
const repeatWindowMs = 300;

export type SoakWorld = Awaited<ReturnType<typeof startSoakWorld>>;

/** Starts cloud and box as processes of their own below `dataDir`, the box with scanner and printer on serial lines. */
export async function startSoakWorld(dataDir: string) {
  const cloud = await startBenchWorld({ dataDir, boxCount: 1 });
  const scanner = await openPtyPair();
  const paper = createPaper();
  const printer = await serveSerialPrinter(paper.printer);
  const config = cloud.boxConfig(0, scanner.path) as { dataDir: string };
  const path = writeConfig(join(dataDir, 'config'), 'box.json', {
    ...config,
    repeatWindowMs,
    light: { kind: 'none' },
    printer: { kind: 'serial', path: printer.path, baudRate: 115_200 },
  });
  const setting = boxNodeSetting(dataDir);
  const { child: box, ready } = await startProcess(boxEntry, ['--config', path], {
    ...setting,
    execArgv: [...setting.execArgv, '--expose-gc'],
  });
  return {
    counterUrl: (ready as { counter: string }).counter,
    cloudPid: cloud.cloud.pid,
    paper,
    /** A new coupon's barcode, as often as it may be used. */
    fetchCoupon: () => cloud.makeBarcodes(1),
    scan: createPacedScan(repeatWindowMs, (line) => scanner.write(`${line}\r\n`)),
    readFacts: async () => (await box.ask({ facts: true })) as BoxFacts,
    readBooks: () => ({ payments: readJournal(join(config.dataDir, 'box.sqlite')), charges: readCharges(dataDir) }),
    async stop(): Promise<void> {
      await box.stop();
      await cloud.stop();
      printer.close();
      scanner.close();
    },
  };
}
