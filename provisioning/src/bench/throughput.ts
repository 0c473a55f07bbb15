import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeConfig } from '../demo/identities.ts';
import { type BenchProcess, startProcess } from './bench-process.ts';
import { type BenchWorld, startBenchWorld } from './bench-world.ts';
import { median } from './percentiles.ts';
import { readCpuMs } from './process-facts.ts';
import type { RunOrder, RunResult } from './run-loops.ts';

const entry = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));

export interface Throughput {
  boxes: number;
  /** Approvals a second, median over the rounds. */
  chain: number;
  floor: number;
  /** Median of the rounds' own ratios: what disturbs a round disturbs both its halves. */
  ratio: number;
  /** Share of one core that each process of the chain used; 1 is all of it. */
  cloudCpu: number;
  fleetCpu: number;
}

export interface ThroughputOptions {
  dataDir: string;
  boxCounts: readonly number[];
  rounds: number;
  /** Of each half of a round. */
  sliceMs: number;
}

/** (b): boxes that sell without a pause; in every round a slice of the chain and a slice of the floor. */
export async function measureThroughput(options: ThroughputOptions): Promise<Throughput[]> {
  const { dataDir, boxCounts } = options;
  mkdirSync(dataDir, { recursive: true });
  const most = Math.max(...boxCounts);
  const chain = await openChain(dataDir, most);
  const floor = await openFloor(dataDir, most);
  try {
    // Code that runs for the first time is neither the chain's speed nor the floor's.
    await chain.run({ boxes: most, ms: options.sliceMs });
    await floor.run({ boxes: most, ms: options.sliceMs });
    const measured: Throughput[] = [];
    for (const boxes of boxCounts) measured.push(await measureRounds(boxes, options, chain, floor));
    return measured;
  } finally {
    await floor.close();
    await chain.close();
  }
}

interface Side {
  run(order: RunOrder): Promise<RunResult & { cloudCpuMs: number }>;
  close(): Promise<void>;
}

const perSecond = ({ sales, elapsedMs }: RunResult): number => (sales * 1000) / elapsedMs;

async function measureRounds(
  boxes: number,
  { rounds, sliceMs }: ThroughputOptions,
  chain: Side,
  floor: Side,
): Promise<Throughput> {
  const chains: number[] = [];
  const floors: number[] = [];
  const cpu: { cloud: number; fleet: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const sold = await chain.run({ boxes, ms: sliceMs });
    chains.push(perSecond(sold));
    cpu.push({ cloud: sold.cloudCpuMs / sliceMs, fleet: sold.cpuMs / sliceMs });
    floors.push(perSecond(await floor.run({ boxes, ms: sliceMs })));
  }
  return {
    boxes,
    chain: median(chains),
    floor: median(floors),
    ratio: median(chains.map((rate, round) => rate / (floors[round] ?? Number.NaN))),
    cloudCpu: median(cpu.map(({ cloud }) => cloud)),
    fleetCpu: median(cpu.map(({ fleet }) => fleet)),
  };
}

/** More sales than a slice can hold: twice what the fastest slice so far sold, and at first a guess. */
async function fillStock(world: BenchWorld, fleet: BenchProcess, wanted: number): Promise<void> {
  const inStock = (await fleet.ask({ stock: [] })) as number;
  if (inStock < wanted) await fleet.ask({ stock: await world.makeBarcodes(wanted - inStock) });
}

async function openChain(dataDir: string, boxCount: number): Promise<Side> {
  const world = await startBenchWorld({ dataDir, boxCount });
  const configs = Array.from({ length: boxCount }, (_, index) => world.boxConfig(index));
  const path = writeConfig(join(dataDir, 'config'), 'boxes.json', configs);
  const { child: fleet } = await startProcess(entry('box-fleet.ts'), [path]);
  let fastest = 0.2;
  return {
    async run(order) {
      await fillStock(world, fleet, Math.ceil(2 * fastest * order.ms));
      const before = readCpuMs(world.cloud.pid);
      const sold = (await fleet.ask(order)) as RunResult;
      fastest = Math.max(fastest, sold.sales / order.ms);
      return { ...sold, cloudCpuMs: readCpuMs(world.cloud.pid) - before };
    },
    async close() {
      await fleet.stop();
      await world.stop();
    },
  };
}

async function openFloor(dataDir: string, boxCount: number): Promise<Side> {
  const token = randomBytes(24).toString('base64url');
  const { child: cloud, ready } = await startProcess(entry('floor-cloud.ts'), [dataDir, token]);
  const { brokerUrl } = ready as { brokerUrl: string };
  const { child: fleet } = await startProcess(entry('floor-fleet.ts'), [dataDir, brokerUrl, token, String(boxCount)]);
  return {
    run: async (order) => ({ ...((await fleet.ask(order)) as RunResult), cloudCpuMs: 0 }),
    async close() {
      await fleet.stop();
      await cloud.stop();
    },
  };
}
