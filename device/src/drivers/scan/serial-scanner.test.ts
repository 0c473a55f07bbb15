import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler, type VirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Scan, Scanner, ScannerState, ScanRejection } from '../../ports/scanner.ts';
import { openPtyPair, type PtyPair } from '../../testing/pty.ts';
import { createRepeatFilter } from './repeat-filter.ts';
import { describeScanner, type ScannerRig, type ScannerRigOptions } from './scanner-contract.ts';
import { createSerialScanner } from './serial-scanner.ts';

async function createSerialRig({ scheduler, events, repeats, retry }: ScannerRigOptions): Promise<ScannerRig> {
  const folder = await mkdtemp(join(tmpdir(), 'scanpay-serial-'));
  const link = join(folder, 'usb-Acme_Scanner_123-if00');
  let pair: PtyPair | undefined;
  const unplug = async (): Promise<void> => {
    await rm(link, { force: true });
    pair?.close();
    pair = undefined;
  };
  return {
    scanner: createSerialScanner({ scheduler, events, repeats, retry, device: join(folder, 'usb-*'), baudRate: 9600 }),
    source: 'serial',
    async plugIn() {
      pair = await openPtyPair();
      await symlink(pair.path, link);
    },
    unplug,
    async present(text) {
      await pair?.write(`${text}\r`);
    },
    withdraw: async () => undefined,
    async close() {
      await unplug();
      await rm(folder, { recursive: true });
    },
  };
}

describeScanner('serial', createSerialRig);

describe('createSerialScanner', () => {
  let pair: PtyPair;
  let scheduler: VirtualScheduler;
  let scanner: Scanner;
  let scans: Scan[];
  let states: ScannerState[];
  let rejections: [ScanRejection, number][];

  beforeEach(async () => {
    [scheduler, scans, states, rejections] = [createVirtualScheduler(), [], [], []];
    pair = await openPtyPair();
    scanner = createSerialScanner({
      scheduler,
      events: {
        onScan: (scan) => scans.push(scan),
        onState: (state) => states.push(state),
        onRejected: (reason, byteCount) => rejections.push([reason, byteCount]),
      },
      repeats: createRepeatFilter({ clock: scheduler, windowMs: 1000 }),
      device: pair.path,
      baudRate: 115_200,
    });
    await scanner.start();
  });

  afterEach(async () => {
    await scanner.stop();
    pair.close();
  });

  const texts = (): string[] => scans.map((scan) => scan.text);

  it('is ready when start has resolved', () => {
    expect(states).toEqual([
      { kind: 'connecting', detail: pair.path },
      { kind: 'ready', detail: pair.path },
    ]);
  });

  it('takes CR, LF and CRLF, with and without an AIM prefix', async () => {
    await pair.write('SP1:A\r]Q1SP1:B\n]d2SP1:C\r\n\r\nSP1:D\r');
    await until(() => expect(texts()).toEqual(['SP1:A', 'SP1:B', 'SP1:C', 'SP1:D']));
    expect(rejections).toEqual([]);
  });

  it('drops a line of a megabyte with one word about it, and reads the next one', async () => {
    await pair.write(`${'x'.repeat(1_048_576)}\rSP1:GOOD\r`);
    await until(() => expect(texts()).toEqual(['SP1:GOOD']));
    expect(rejections).toEqual([['too-long', 1_048_576]]);
  });

  it('refuses bytes that are no UTF-8', async () => {
    await pair.write(Buffer.from([0x53, 0x50, 0xb0, 0xa1, 0x0d]));
    await pair.write('SP1:GOOD\r');
    await until(() => expect(texts()).toEqual(['SP1:GOOD']));
    expect(rejections).toEqual([['not-text', 4]]);
  });

  it('gives up a line that stops half way', async () => {
    await pair.write('SP1:HA');
    await until(() => expect(scheduler.pendingCount()).toBe(1));
    scheduler.advance(200);
    expect(rejections).toEqual([['half-line', 6]]);
    await pair.write('SP1:WHOLE\r');
    await until(() => expect(texts()).toEqual(['SP1:WHOLE']));
  });

  it('names the port in the fault when it is unplugged', async () => {
    pair.close();
    await until(() => expect(states.at(-1)?.kind).toBe('fault'));
    expect(states.at(-1)?.detail).toContain(pair.path);
  });
});
