import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Measured } from './measured-process.ts';

/**
 * `npm run bench:settlement [-- --payments N] [--json FILE]`: a day of N payments closed, stated and paid, S13 to S15, on
 * the embedded default; and smaller days from 10,000 on, to show that it grows in line.
 */
const options = { payments: { type: 'string', default: '100000' }, json: { type: 'string' } } as const;
const smallest = 10_000;
const largest = 5_000_000;
const entry = join(import.meta.dirname, 'measured-process.ts');

function parsePayments(text: string): number {
  const payments = Number(text);
  if (/^\d+$/.test(text) && payments >= 1 && payments <= largest) return payments;
  throw new Error(`--payments: not 1 to ${largest}: ${text}`);
}

/** 10,000, 100,000 and so on, up to the day that was asked for. */
function sizesUpTo(payments: number): number[] {
  const sizes: number[] = [];
  for (let size = smallest; size < payments; size *= 10) sizes.push(size);
  return [...sizes, payments];
}

async function runStep(...args: string[]): Promise<Measured | undefined> {
  const child = fork(entry, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let measured: Measured | undefined;
  child.on('message', (message) => {
    measured = message as Measured;
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${args[0]}: the measured process ended with ${code}`);
  return measured;
}

async function measureDay(payments: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'scanpay-settle-day-'));
  try {
    await runStep('book', folder, String(payments));
    // A process of its own, so that its memory is that of the settlement alone.
    const measured = await runStep('settle', folder);
    if (measured === undefined) throw new Error('the measured process said nothing');
    return measured;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function describeDay(payments: number, day: Measured): string {
  const { wallMs, cpuMs, bareMs, startMb, peakMb, statements } = day;
  const cells = [
    payments.toLocaleString('en').padStart(10),
    String(statements).padStart(10),
    (wallMs / 1_000).toFixed(1).padStart(9),
    (cpuMs / 1_000).toFixed(1).padStart(7),
    ((wallMs * 1_000) / payments).toFixed(1).padStart(11),
    bareMs.toFixed(0).padStart(9),
    (wallMs / bareMs).toFixed(1).padStart(7),
    startMb.toFixed(0).padStart(9),
    peakMb.toFixed(0).padStart(8),
  ];
  return cells.join(' ');
}

const { values } = parseArgs({ options });
const days: { payments: number; measured: Measured }[] = [];
console.log('  payments statements    wall s   cpu s  µs/payment   bare ms   ratio  start MB  peak MB');
for (const payments of sizesUpTo(parsePayments(values.payments))) {
  const measured = await measureDay(payments);
  days.push({ payments, measured });
  console.log(describeDay(payments, measured));
}
console.log('wall: from the close to the last merchant paid; bare: one SQL pass that sums the same rows of each book.');
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(days, null, 2));
