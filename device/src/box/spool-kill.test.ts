import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import { encodeReceipt } from '../drivers/print/receipt-encoder.ts';
import { cardSale, testPrint } from '../testing/example-receipts.ts';
import { createPrinterEmulator, type EmulatedSerialPrinter, serveSerialPrinter } from '../testing/printer-emulator.ts';

const spoolingProcess = fileURLToPath(new URL('../testing/spooling-process.ts', import.meta.url));
const sale = Buffer.from(encodeReceipt(cardSale, 42).bytes);
const copy = Buffer.from(encodeReceipt({ ...cardSale, reprint: true }, 42).bytes);
const next = Buffer.from(encodeReceipt(testPrint, 42).bytes);
const killTestTimeoutMs = 60_000;

let folder: string;
let journalPath: string;
let child: ChildProcess | undefined;
let line: EmulatedSerialPrinter | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-kill-'));
  journalPath = join(folder, 'box.sqlite');
  const journal = openSqliteJournal(journalPath);
  journal.commit([
    { op: 'queue-receipt', receipt: cardSale, atMs: 0 },
    { op: 'queue-receipt', receipt: testPrint, atMs: 1 },
  ]);
  journal.close();
});
afterEach(() => {
  child?.kill('SIGKILL');
  line?.close();
  rmSync(folder, { recursive: true });
});

/** One life of a real process: it is killed, or has printed all and is killed then. */
async function live(path: string, killAt: string): Promise<'idle' | 'killed'> {
  const born = fork(spoolingProcess, [journalPath, path, killAt]);
  child = born;
  return new Promise((resolve) => {
    let end: 'idle' | 'killed' = 'killed';
    born.once('message', () => {
      end = 'idle';
      born.kill('SIGKILL');
    });
    born.once('exit', () => resolve(end));
  });
}

interface Cut {
  /** Bytes of the receipt that still reach the printer. */
  afterBytes?: number;
  /** Or the commit of the process, e.g. `before:2`. */
  killAt?: string;
  /** The printer hangs on the same socket, and loses power too. */
  printerToo?: boolean;
}

/** Prints two receipts over a serial line, through one power cut. */
async function printThroughCut({ afterBytes = Number.POSITIVE_INFINITY, killAt = '', printerToo = false }: Cut) {
  const slips: Buffer[] = [];
  const emulator = createPrinterEmulator({ onReceipt: (bytes) => slips.push(Buffer.from(bytes)) });
  let isDark = false;
  let received = Buffer.alloc(0);
  line = await serveSerialPrinter({
    ...emulator,
    receive(bytes, send) {
      if (isDark) return;
      const before = received.length;
      received = Buffer.concat([received, bytes]);
      const start = received.indexOf(sale.subarray(0, 8));
      isDark = start >= 0 && received.length >= start + afterBytes;
      emulator.receive(isDark ? bytes.subarray(0, start + afterBytes - before) : bytes, send);
      if (isDark) child?.kill('SIGKILL');
    },
  });
  expect(await live(line.path, killAt)).toBe('killed');
  if (printerToo) emulator.powerCycle();
  // What the line still carried is lost with the power, so it is another one that carries all again.
  line.close();
  line = await serveSerialPrinter(emulator);
  expect(await live(line.path, '')).toBe('idle');
  const paper = Buffer.concat(slips).toString('latin1');
  const countOf = (slip: Buffer): number => paper.split(slip.toString('latin1')).length - 1;
  return { firsts: countOf(sale), copies: countOf(copy), nexts: countOf(next) };
}

it.each([8, 200, 700, sale.length - 4])(
  'SIGKILL with %i bytes on paper: a copy that says so',
  {
    timeout: killTestTimeoutMs,
  },
  async (afterBytes) => {
    expect(await printThroughCut({ afterBytes })).toEqual({ firsts: 0, copies: 1, nexts: 1 });
  },
);

it('SIGKILL with the printer’s power: the half slip is followed by a copy', {
  timeout: killTestTimeoutMs,
}, async () => {
  expect(await printThroughCut({ afterBytes: 500, printerToo: true })).toEqual({ firsts: 0, copies: 1, nexts: 1 });
});

it('SIGKILL when all is on paper, before the printer’s word', { timeout: killTestTimeoutMs }, async () => {
  expect(await printThroughCut({ afterBytes: sale.length })).toEqual({ firsts: 1, copies: 1, nexts: 1 });
});

it.each([
  ['before:1', { firsts: 1, copies: 0, nexts: 1 }],
  ['after:1', { firsts: 0, copies: 1, nexts: 1 }],
  ['before:2', { firsts: 1, copies: 1, nexts: 1 }],
  ['after:2', { firsts: 1, copies: 0, nexts: 1 }],
])('SIGKILL %s of its commits', { timeout: killTestTimeoutMs }, async (killAt, expected) => {
  expect(await printThroughCut({ killAt })).toEqual(expected);
});
