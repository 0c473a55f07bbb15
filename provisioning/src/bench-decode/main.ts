import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { decoderNames } from './decoders.ts';
import { formatTable, type Headings } from './format-table.ts';
import { countPhotographs, drawPhotographs } from './hard-photographs/draw-photographs.ts';
import { measureDrawn } from './measure-drawn.ts';
import { measureFolder } from './measure-folder.ts';
import { countScreens, drawScreens } from './phone-screens/draw-screens.ts';
import { allOf, type Sample, type TallyRow, tally } from './tally.ts';

const usage = `usage: npm run bench:decode -- DIR [--json FILE]                      DIR holds pictures and a truth.tsv
       npm run bench:decode -- --screens N [--seed S] [--json FILE]   N drawn captures of each kind of phone screen
       npm run bench:decode -- --photographs N [--seed S] [--json FILE]   N drawn photographs of each kind of paper`;

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
  const samples = await measureDrawn(drawScreens(count, seed), countScreens(count), showProgress);
  const perSize = tally(samples.map((sample) => ({ ...sample, group: allOf })));
  printTable([...tally(samples).filter((row) => row.group !== allOf), ...perSize], {
    group: 'condition',
    family: 'module',
  });
  return samples;
}

async function benchPhotographs(count: number, seed: number): Promise<Sample[]> {
  const samples = await measureDrawn(drawPhotographs(count, seed), countPhotographs(count), showProgress);
  printTable(tally(samples), { group: 'trial', family: 'family' });
  return samples;
}

function parseCount(text: string, name: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > maxCount)
    throw new Error(`--${name} is not 1 to ${maxCount}: ${text}`);
  return count;
}

interface Measured {
  /** What was measured, for the report. */
  source: object;
  samples: Sample[];
}

async function measure(dir: string | undefined, counts: Record<string, string | undefined>): Promise<Measured> {
  const seed = parseCount(counts.seed ?? '1', 'seed');
  const { screens, photographs } = counts;
  if (dir !== undefined) return { source: { dir: resolve(dir) }, samples: await benchFolder(resolve(dir)) };
  if (screens !== undefined) {
    const count = parseCount(screens, 'screens');
    return { source: { screens: count, seed }, samples: await benchScreens(count, seed) };
  }
  const count = parseCount(photographs ?? '', 'photographs');
  return { source: { photographs: count, seed }, samples: await benchPhotographs(count, seed) };
}

async function run(): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { json: text, screens: text, photographs: text, seed: text };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const sources = [...positionals, values.screens, values.photographs].filter((one) => one !== undefined);
  if (sources.length !== 1) throw new Error(usage);
  // Opening pictures is not what is measured: it need not take the other cores.
  sharp.concurrency(1);
  const { json, ...counts } = values;
  const { source, samples } = await measure(positionals[0], counts);
  for (const line of listWrong(samples)) console.log(line);
  console.log('read: of the pictures with a code; med, p95: ms per picture on one core, otherwise idle.');
  if (json !== undefined) writeJson(json, source, samples);
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
