import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openPtyPair } from '@scanpay/device/testing/pty.ts';
import { writeConfig } from '../demo/identities.ts';
import { nowUs } from './answer-questions.ts';
import { startProcess } from './bench-process.ts';
import { startBenchWorld } from './bench-world.ts';
import { boxNodeSetting } from './box-setting.ts';
import { enterSale, waitForLight } from './counter.ts';
import { median } from './percentiles.ts';
import { readResidentMb } from './process-facts.ts';

const boxEntry = fileURLToPath(new URL('../../../device/src/main.ts', import.meta.url));
const idleMs = 3_000;

export interface Footprint {
  /** Milliseconds from the spawn to the box's word that it is ready. The first start finds no compiled code. */
  firstReadyMs: number;
  readyMs: number;
  /** Resident memory, MB of 10^6 bytes. */
  idleMb: number;
  afterSalesMb: number;
  sales: number;
}

/** (c): the box as a service starts it, with a serial scanner and nothing else attached. */
export async function measureFootprint(options: {
  dataDir: string;
  starts: number;
  sales: number;
}): Promise<Footprint> {
  const { dataDir, starts, sales } = options;
  mkdirSync(dataDir, { recursive: true });
  const world = await startBenchWorld({ dataDir, boxCount: 1 });
  const scanner = await openPtyPair();
  const config = { ...world.boxConfig(0, scanner.path), light: { kind: 'none' } };
  const path = writeConfig(join(dataDir, 'config'), 'box.json', config);
  const setting = boxNodeSetting(dataDir);
  const start = async () => {
    const startUs = nowUs();
    const { child, ready } = await startProcess(boxEntry, ['--config', path], setting);
    return { child, counter: (ready as { counter: string }).counter, readyMs: (nowUs() - startUs) / 1000 };
  };
  try {
    const readyMs: number[] = [];
    for (let count = 0; count < starts; count += 1) {
      const { child, readyMs: took } = await start();
      readyMs.push(took);
      await child.stop();
    }
    const [firstReadyMs = Number.NaN, ...later] = readyMs;
    const { child, counter } = await start();
    await waitForLight(counter, 'ready');
    await delay(idleMs);
    const idleMb = readResidentMb(child.pid);
    for (const barcode of (await world.makeBarcodes(sales)).slice(0, sales)) {
      await enterSale(counter);
      scanner.writeNow(`${barcode}\r\n`);
      await waitForLight(counter, 'approved');
    }
    const afterSalesMb = readResidentMb(child.pid);
    await child.stop();
    return { firstReadyMs, readyMs: median(later), idleMb, afterSalesMb, sales };
  } finally {
    await world.stop();
    scanner.close();
  }
}
