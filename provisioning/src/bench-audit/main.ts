import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { MeasuredAudit } from './measured-process.ts';

/**
 * `npm run bench:audit [-- --payments N] [--json FILE]`: the audit of N payments with all that is signed of them, and of
 * fewer from 10,000 on, to show that it grows in line and its memory does not.
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

/** 10,000, 100,000 and so on, up to what was asked for. */
function sizesUpTo(payments: number): number[] {
  const sizes: number[] = [];
  for (let size = smallest; size < payments; size *= 10) sizes.push(size);
  return [...sizes, payments];
}

async function runStep(...args: string[]): Promise<MeasuredAudit | undefined> {
  const child = fork(entry, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let measured: MeasuredAudit | undefined;
  child.on('message', (message) => {
    measured = message as MeasuredAudit;
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${args[0]}: the measured process ended with ${code}`);
  return measured;
}

async function measureAudit(payments: number): Promise<MeasuredAudit> {
  const folder = mkdtempSync(join(tmpdir(), 'scanpay-audit-'));
  try {
    await runStep('write', folder, String(payments));
    // A process of its own, so that its memory is that of the audit alone.
    const measured = await runStep('audit', folder);
    if (measured?.code !== 0) throw new Error(`the audit ends with ${measured?.code}`);
    return measured;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function describe(payments: number, { wallMs, cpuMs, startMb, peakMb }: MeasuredAudit): string {
  const cells = [
    payments.toLocaleString('en').padStart(10),
    (wallMs / 1_000).toFixed(1).padStart(9),
    (cpuMs / 1_000).toFixed(1).padStart(7),
    ((wallMs * 1_000) / payments).toFixed(0).padStart(11),
    startMb.toFixed(0).padStart(9),
    peakMb.toFixed(0).padStart(8),
  ];
  return cells.join(' ');
}

const { values } = parseArgs({ options });
const audits: { payments: number; measured: MeasuredAudit }[] = [];
console.log('  payments    wall s   cpu s  µs/payment  start MB  peak MB');
for (const payments of sizesUpTo(parsePayments(values.payments))) {
  const measured = await measureAudit(payments);
  audits.push({ payments, measured });
  console.log(describe(payments, measured));
}
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(audits, null, 2));
