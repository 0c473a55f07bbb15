import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Footprint, measureFootprint } from './footprint.ts';
import { type Latency, measureLatency } from './latency.ts';
import { measureThroughput, type Throughput } from './throughput.ts';

/** `npm run bench [-- --quick] [--json FILE]`: how near the chain comes to what its commits and signatures allow. */
const usual = { sales: 300, boxCounts: [1, 10, 100], rounds: 5, sliceMs: 4_000, starts: 6, footprintSales: 200 };
const quick = { sales: 80, boxCounts: [1, 10, 100], rounds: 2, sliceMs: 1_500, starts: 3, footprintSales: 50 };

const say = (line = ''): void => console.log(line);
const ms = (value: number): string => `${value.toFixed(2)} ms`;
const cores = (share: number): string => `${share.toFixed(2)} cores`;

function sayLatency({ chain, floor, ratio, stages }: Latency): void {
  say('(a) from the last scanner byte to the light, one sale after the other');
  say(`  chain   p50 ${ms(chain.p50)}   p99 ${ms(chain.p99)}`);
  say(`  floor   p50 ${ms(floor.p50 / 1000)}   p99 ${ms(floor.p99 / 1000)}   of which`);
  for (const [part, us] of Object.entries(floor.parts)) say(`    ${part.padEnd(16)}${ms(us / 1000)}`);
  say(`  ratio   p50 ${ratio.p50.toFixed(2)}   p99 ${ratio.p99.toFixed(2)}   (aim: 2 or less)`);
  say('  where the time goes, mean of each stage:');
  for (const { what, kind, us } of stages) say(`    ${`${what}, ${kind}`.padEnd(76)}${ms(us / 1000)}`);
  say('  bound by: the chain of durable commits, one after the other in four databases, and the event loops between');
}

function sayThroughput(measured: readonly Throughput[]): void {
  say('(b) approvals a second through the whole chain, everything durable and signed');
  say('  boxes     chain     floor   ratio   cloud        boxes');
  for (const { boxes, chain, floor, ratio, cloudCpu, fleetCpu } of measured) {
    const figures = `${chain.toFixed(0).padStart(8)}/s${floor.toFixed(0).padStart(8)}/s${ratio.toFixed(2).padStart(8)}`;
    say(`  ${String(boxes).padStart(5)}${figures}   ${cores(cloudCpu)}   ${cores(fleetCpu)}`);
  }
  say('  aim: 0.4 or more. bound by: the one thread that runs the three companies, once boxes sell at the same time');
}

function sayFootprint({ firstReadyMs, readyMs, idleMb, afterSalesMb, sales }: Footprint): void {
  say('(c) the box as a service');
  say(
    `  ready after ${(readyMs / 1000).toFixed(2)} s; ${(firstReadyMs / 1000).toFixed(2)} s at the first start ever (aim: 2 s)`,
  );
  say(`  resident ${idleMb.toFixed(0)} MB idle, ${afterSalesMb.toFixed(0)} MB after ${sales} sales (aim: 120 MB)`);
  say('  bound by: Node itself (about 45 MB) and the code of Fastify, TypeBox and serialport');
}

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'string' } } });
const { sales, boxCounts, rounds, sliceMs, starts, footprintSales } = values.quick === true ? quick : usual;
const folder = mkdtempSync(join(tmpdir(), 'scanpay-bench-'));
try {
  const latency = await measureLatency({ dataDir: join(folder, 'latency'), sales });
  sayLatency(latency);
  say();
  const throughput = await measureThroughput({ dataDir: join(folder, 'throughput'), boxCounts, rounds, sliceMs });
  sayThroughput(throughput);
  say();
  const footprint = await measureFootprint({ dataDir: join(folder, 'footprint'), starts, sales: footprintSales });
  sayFootprint(footprint);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ latency, throughput, footprint }, null, 2)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
