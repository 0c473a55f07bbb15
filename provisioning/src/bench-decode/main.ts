import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { decoderNames } from './decoders.ts';
import { formatTable, type Headings } from './format-table.ts';
import { measureFolder } from './measure-folder.ts';
import { measureScreens } from './phone-screens/measure-screens.ts';
import { allOf, type Sample, type TallyRow, tally } from './tally.ts';

const usage = `usage: npm run bench:decode -- DIR [--json FILE]                      DIR holds pictures and a truth.tsv
       npm run bench:decode -- --screens N [--seed S] [--json FILE]   N drawn captures of each kind`;

const maxCount = 100_000;

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

function printTable(rows: readonly TallyRow[], headings: Headings): void {
  for (const line of formatTable(rows, decoderNames, headings)) console.log(line);
}

async function benchFolder(dir: string): Promise<Sample[]> {
  const samples = await measureFolder(dir, showProgress);
  printTable(tally(samples), { group: 'format', family: 'family' });
  console.log('Looked for: the format of the picture; where nothing is there, all formats of the list at once.');
  return samples;
}

async function benchScreens(count: number, seed: number): Promise<Sample[]> {
  const samples = await measureScreens(count, seed, showProgress);
  const perSize = tally(samples.map((sample) => ({ ...sample, group: allOf })));
  printTable([...tally(samples).filter((row) => row.group !== allOf), ...perSize], {
    group: 'condition',
    family: 'module',
  });
  return samples;
}

function parseCount(text: string, name: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > maxCount)
    throw new Error(`--${name} is not 1 to ${maxCount}: ${text}`);
  return count;
}

async function run(): Promise<void> {
  const options = { json: { type: 'string' }, screens: { type: 'string' }, seed: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [dir, ...rest] = positionals;
  if (rest.length > 0 || (dir === undefined) === (values.screens === undefined)) throw new Error(usage);
  // Opening pictures is not what is measured: it need not take the other cores.
  sharp.concurrency(1);
  const seed = parseCount(values.seed ?? '1', 'seed');
  const screens = parseCount(values.screens ?? '1', 'screens');
  const samples = dir === undefined ? await benchScreens(screens, seed) : await benchFolder(resolve(dir));
  for (const line of listWrong(samples)) console.log(line);
  console.log('read: of the pictures with a code; med, p95: ms per picture on one core, otherwise idle.');
  const source = dir === undefined ? { screens, seed } : { dir: resolve(dir) };
  if (values.json !== undefined) writeJson(values.json, source, samples);
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
