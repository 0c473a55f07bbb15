import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import { encodeReceipt } from '../drivers/print/receipt-encoder.ts';
import { defaultSessionSettings } from '../drivers/print/session-settings.ts';
import { createTcpPrinter } from '../drivers/print/tcp-printer.ts';
import type { Journal } from '../ports/journal.ts';
import { readToken } from '../testing/escpos-tokens.ts';
import { cardSale } from '../testing/example-receipts.ts';
import { createPrinterEmulator, serveTcpPrinter } from '../testing/printer-emulator.ts';
import { createWatchedScheduler } from '../testing/watched-scheduler.ts';
import { createSpool } from './spool.ts';

const first = Buffer.from(encodeReceipt(cardSale, 42).bytes);
const copy = Buffer.from(encodeReceipt({ ...cardSale, reprint: true }, 42).bytes);
const scheduler = createWatchedScheduler();
const { quietMs } = defaultSessionSettings;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Nothing more is written by the box of before: its process is gone. */
class PowerCut extends Error {}

/** One life of the box: it ends at the power cut, or prints all it has. */
async function live(port: number, wrap: (journal: Journal) => Journal, isCut: () => boolean): Promise<void> {
  const opened = openSqliteJournal(join(folder, 'box.sqlite'));
  const journal = wrap(opened);
  let isOver = false;
  const printer = createTcpPrinter({ scheduler }, { host: '127.0.0.1', port });
  const spool = createSpool({
    journal,
    printer,
    scheduler,
    renderReceipt: (receipt) => encodeReceipt(receipt, 42).bytes,
    onStatus: () => undefined,
    onFatal: (error) => {
      if (!(error instanceof PowerCut)) throw error;
      isOver = true;
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  await printer.start();
  spool.start();
  await until(() => {
    // The one wait that is over by time alone; everything else the printer answers.
    if (scheduler.isArmed(quietMs)) scheduler.advance(quietMs);
    expect(isOver || isCut() || opened.nextReceipt() === null).toBe(true);
  });
  await printer.stop();
  await spool.stop();
  opened.close();
}

/** Cuts the power after `byteCount` bytes of the receipt, or around the `commit`-th commit; then the box lives again. */
async function printOverPowerCut(cut: { afterBytes?: number; commit?: number; done?: boolean }) {
  const paper: Buffer[] = [];
  const emulator = createPrinterEmulator({ onReceipt: (bytes) => paper.push(Buffer.from(bytes)) });
  let isCut = false;
  let received = Buffer.alloc(0);
  const guarded: typeof emulator = {
    ...emulator,
    receive(bytes, send) {
      if (isCut) return;
      const before = received.length;
      received = Buffer.concat([received, bytes]);
      const start = received.indexOf(first.subarray(0, 8));
      const end = start + (cut.afterBytes ?? Number.POSITIVE_INFINITY);
      isCut = start >= 0 && received.length >= end;
      emulator.receive(isCut ? bytes.subarray(0, end - before) : bytes, send);
    },
  };
  const server = await serveTcpPrinter(guarded);
  let commits = 0;
  const wrap = (journal: Journal): Journal => ({
    ...journal,
    commit(changes) {
      commits += 1;
      const isHere = commits === cut.commit;
      if (isCut || (isHere && cut.done !== true)) throw new PowerCut();
      journal.commit(changes);
      if (isHere) throw new PowerCut();
    },
  });
  const journal = openSqliteJournal(join(folder, 'box.sqlite'));
  journal.commit([{ op: 'queue-receipt', receipt: cardSale, atMs: 0 }]);
  journal.close();
  await live(server.port, wrap, () => isCut);
  await server.close();
  const again = await serveTcpPrinter(emulator);
  await live(
    again.port,
    (untouched) => untouched,
    () => false,
  );
  await again.close();
  return Buffer.concat(paper);
}

const countOf = (paper: Buffer, slip: Buffer): number =>
  paper.toString('latin1').split(slip.toString('latin1')).length - 1;

/** In front of, within and behind a token of each kind; and the last bytes, around the cut. */
function findCutPoints(): number[] {
  const points = new Set<number>();
  const seen = new Set<string>();
  for (let offset = 0; offset < first.length; ) {
    const read = readToken(first, offset);
    if (read === undefined) throw new Error('cut off');
    const name = read.token.kind === 'command' ? read.token.name : read.token.kind;
    if (!seen.has(name)) for (const point of [offset, offset + 1, read.next - 1, read.next]) points.add(point);
    seen.add(name);
    offset = read.next;
  }
  return [...points].filter((point) => point >= 8).sort((a, b) => a - b);
}

describe('a power cut while a receipt is printed', () => {
  it('at any kind of byte leaves a copy that says so, and never two first ones', async () => {
    for (const afterBytes of findCutPoints()) {
      rmSync(join(folder, 'box.sqlite'), { force: true });
      const paper = await printOverPowerCut({ afterBytes });
      expect([afterBytes, countOf(paper, copy)]).toEqual([afterBytes, 1]);
      // The last byte is NUL, as is what pads the line at the next start: that cuts the slip whose end was lost.
      expect([afterBytes, countOf(paper, first)]).toEqual([afterBytes, afterBytes >= first.length - 1 ? 1 : 0]);
    }
  });

  it.each([
    ['before it is marked as printing', { commit: 1, done: false }, 1, 0],
    ['after it is marked as printing', { commit: 1, done: true }, 0, 1],
    ['before it is marked as printed', { commit: 2, done: false }, 1, 1],
    ['after it is marked as printed', { commit: 2, done: true }, 1, 0],
  ])('%s', async (_when, cut, firsts, copies) => {
    const paper = await printOverPowerCut(cut);
    expect([countOf(paper, first), countOf(paper, copy)]).toEqual([firsts, copies]);
  });
});
