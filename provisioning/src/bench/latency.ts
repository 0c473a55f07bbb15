import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openPtyPair, type PtyPair } from '@scanpay/device/testing/pty.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { writeConfig } from '../demo/identities.ts';
import { nowUs } from './answer-questions.ts';
import { type BenchProcess, startProcess } from './bench-process.ts';
import { startBenchWorld } from './bench-world.ts';
import type { LitEvent } from './box-process.ts';
import type { TransactionStamp } from './cloud-process.ts';
import { enterSale, waitForLight } from './counter.ts';
import { type FloorBox, openFloorBox } from './floor-box.ts';
import { type Floor, type FloorSample, floorOf } from './floor-parts.ts';
import { type Spread, spreadOf } from './percentiles.ts';
import { averageStages, type Stage, stagesOf } from './stages.ts';

const entry = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));
/** Lets what follows the light (the receipt's spool, the notice) come to an end. */
const settleMs = 5;
const litDeadlineMs = 12_000;
const warmUpSales = 30;

export interface Latency {
  /** From the scanner's last byte to the light, milliseconds. */
  chain: Spread;
  floor: Floor;
  ratio: { p50: number; p99: number };
  stages: Stage[];
}

/** (a): one box, one clerk, one sale after the other; after each sale one pass over the floor. */
export async function measureLatency(options: { dataDir: string; sales: number }): Promise<Latency> {
  const { dataDir } = options;
  mkdirSync(dataDir, { recursive: true });
  const world = await startBenchWorld({ dataDir, boxCount: 1, cloudEntry: entry('cloud-process.ts') });
  const scanner = await openPtyPair();
  const path = writeConfig(join(dataDir, 'config'), 'box.json', world.boxConfig(0, scanner.path));
  const box = await startProcess(entry('box-process.ts'), ['--config', path]);
  const token = randomBytes(24).toString('base64url');
  const floorCloud = await startProcess(entry('floor-cloud.ts'), [dataDir, token]);
  const { brokerUrl } = floorCloud.ready as { brokerUrl: string };
  const floor = await openFloorBox({ folder: dataDir, deviceId: 'box-floor' as DeviceId, brokerUrl, token });
  try {
    const { counter } = box.ready as { counter: string };
    await waitForLight(counter, 'ready');
    const barcodes = await world.makeBarcodes(warmUpSales + options.sales);
    const counted: Sample[] = [];
    for (let sale = 0; sale < warmUpSales + options.sales; sale += 1) {
      const sample = await takeSample({ counter, scanner, box: box.child, cloud: world.cloud, floor }, barcodes[sale]);
      if (sale >= warmUpSales) counted.push(sample);
    }
    return summarise(counted);
  } finally {
    await floor.stop();
    await floorCloud.child.stop();
    await box.child.stop();
    await world.stop();
    scanner.close();
  }
}

interface Sample {
  chainUs: number;
  stages: Stage[] | null;
  floor: FloorSample;
}

interface Rig {
  counter: string;
  scanner: PtyPair;
  box: BenchProcess;
  cloud: BenchProcess;
  floor: FloorBox;
}

async function takeSample(rig: Rig, barcode = ''): Promise<Sample> {
  const { counter, scanner, box, cloud } = rig;
  await enterSale(counter);
  await delay(settleMs);
  const lit = nextLit(box);
  const scannedUs = nowUs();
  scanner.writeNow(`${barcode}\r\n`);
  const { litUs, commits } = await lit;
  await delay(settleMs);
  const transactions = (await cloud.ask({})) as TransactionStamp[];
  const stages = stagesOf({ scannedUs, litUs, commits, transactions });
  return { chainUs: litUs - scannedUs, stages, floor: await rig.floor.sell() };
}

async function nextLit(box: BenchProcess): Promise<LitEvent> {
  const timer = new AbortController();
  const late = delay(litDeadlineMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error('the light does not show an approval');
  });
  late.catch(() => undefined);
  const event = await Promise.race([box.nextEvent(), late]);
  timer.abort();
  return event as LitEvent;
}

const toMs = (us: number): number => us / 1000;

function summarise(samples: readonly Sample[]): Latency {
  const chain = spreadOf(samples.map(({ chainUs }) => toMs(chainUs)));
  const floor = floorOf(samples.map((sample) => sample.floor));
  const stages = averageStages(samples.flatMap((sample) => (sample.stages === null ? [] : [sample.stages])));
  return {
    chain,
    floor,
    ratio: { p50: chain.p50 / toMs(floor.p50), p99: chain.p99 / toMs(floor.p99) },
    stages,
  };
}
