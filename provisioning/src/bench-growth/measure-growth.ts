import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** A bench that measures the same work at growing sizes, each in processes of its own. */
export interface Growth<M> {
  /** The script of both steps, given the step's name, a folder, and for the first one the payments. */
  entry: string;
  prepare: string;
  /** A process of its own, so that its memory is that of the measured work alone; it sends what it measured. */
  measure: string;
  /** Drops what the script writes to its standard output. */
  isQuiet: boolean;
  /** Of the table. */
  header: string;
  /** @throws Error for figures of work that was not done. */
  toRow(payments: number, measured: M): readonly string[];
}

const options = { payments: { type: 'string', default: '100000' }, json: { type: 'string' } } as const;
const smallest = 10_000;
const largest = 5_000_000;

function parsePayments(text: string): number {
  const payments = Number(text);
  if (/^\d+$/.test(text) && payments >= 1 && payments <= largest) return payments;
  throw new Error(`--payments: not 1 to ${largest}: ${text}`);
}

/** 10,000, 100,000 and so on, up to what was asked for. */
function sizesUpTo(payments: number): number[] {
  const sizes: number[] = [];
  for (let size = smallest; size < payments; size *= 10) sizes.push(size);
  return [...sizes, payments];
}

async function runStep<M>({ entry, isQuiet }: Growth<M>, ...args: string[]): Promise<M | undefined> {
  const child = fork(entry, args, { stdio: ['ignore', isQuiet ? 'ignore' : 'inherit', 'inherit', 'ipc'] });
  let measured: M | undefined;
  child.on('message', (message) => {
    measured = message as M;
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${args[0]}: the measured process ended with ${code}`);
  return measured;
}

async function measureAt<M>(growth: Growth<M>, payments: number): Promise<M> {
  const folder = mkdtempSync(join(tmpdir(), 'scanpay-growth-'));
  try {
    await runStep(growth, growth.prepare, folder, String(payments));
    const measured = await runStep(growth, growth.measure, folder);
    if (measured === undefined) throw new Error('the measured process said nothing');
    return measured;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** By this process's own arguments, `--payments N` and `--json FILE`: a row for each size, and all figures in the file. */
export async function measureGrowth<M>(growth: Growth<M>): Promise<void> {
  const { values } = parseArgs({ options });
  const all: { payments: number; measured: M }[] = [];
  console.log(growth.header);
  for (const payments of sizesUpTo(parsePayments(values.payments))) {
    const measured = await measureAt(growth, payments);
    all.push({ payments, measured });
    console.log([payments.toLocaleString('en').padStart(10), ...growth.toRow(payments, measured)].join(' '));
  }
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(all, null, 2));
}
