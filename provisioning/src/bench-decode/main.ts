import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { decoderNames } from './decoders.ts';
import { formatTable } from './format-table.ts';
import { measureFolder } from './measure-folder.ts';
import { type Sample, tally } from './tally.ts';

const usage = 'usage: npm run bench:decode -- DIR [--json FILE]   (DIR holds pictures and a truth.tsv)';

const progressEvery = 100;

function showProgress(done: number, all: number): void {
  if (done % progressEvery === 0 && done < all) process.stderr.write(`${done} of ${all} pictures\n`);
}

function listWrong(samples: readonly Sample[]): string[] {
  return samples.filter((sample) => sample.wrong).map(({ decoder, file }) => `wrong: ${decoder}, ${file}`);
}

function writeJson(path: string, source: object, samples: readonly Sample[]): void {
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown' };
  const report = { ...source, ...machine, rows: tally(samples), samples };
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
}

async function run(): Promise<void> {
  const options = { json: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [dir, ...rest] = positionals;
  if (dir === undefined || rest.length > 0) throw new Error(usage);
  // Opening pictures is not what is measured: it need not take the other cores.
  sharp.concurrency(1);
  const samples = await measureFolder(resolve(dir), showProgress);
  for (const line of formatTable(tally(samples), decoderNames, 'format')) console.log(line);
  for (const line of listWrong(samples)) console.log(line);
  console.log('read: of the pictures with a code; med, p95: ms per picture on one core, otherwise idle.');
  console.log('Looked for: the format of the picture; where nothing is there, all formats of the list at once.');
  if (values.json !== undefined) writeJson(values.json, { dir: resolve(dir) }, samples);
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
