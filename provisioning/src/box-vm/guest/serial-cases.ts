import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRepeatFilter } from '@scanpay/device/drivers/scan/repeat-filter.ts';
import { createSerialScanner } from '@scanpay/device/drivers/scan/serial-scanner.ts';
import type { Scanner, ScannerState } from '@scanpay/device/ports/scanner.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { type Case, until } from './cases.ts';

/** The scanner's own end of the USB cable; the box's end is `/dev/ttyACM0`, or another number. */
const scannerEnd = '/dev/ttyGS0';

const unplug = (): void => void execFileSync('rmmod', ['g_serial']);

async function plugIn(): Promise<void> {
  execFileSync('insmod', ['/lib/modules/g_serial.ko', 'use_acm=1']);
  await until(() => assert.ok(existsSync(scannerEnd) && readdirSync('/dev').some((name) => name.startsWith('ttyACM'))));
  execFileSync('stty', ['-F', scannerEnd, 'raw', '-echo']);
}

/** Opened for each scan: what is open would keep the plug in. */
const type = (text: string): Promise<void> => writeFile(scannerEnd, text);

interface Bench {
  scanner: Scanner;
  scans: string[];
  states: ScannerState[];
  expectState(kind: ScannerState['kind']): Promise<void>;
  expectScans(...texts: string[]): Promise<void>;
}

function createBench(): Bench {
  const scans: string[] = [];
  const states: ScannerState[] = [];
  const scanner = createSerialScanner({
    scheduler: systemScheduler,
    repeats: createRepeatFilter({ clock: systemScheduler, windowMs: 0 }),
    events: {
      onScan: ({ text }) => scans.push(text),
      onState: (state) => states.push(state),
      onRejected: () => undefined,
    },
    device: '/dev/ttyACM*',
    baudRate: 9600,
  });
  return {
    scanner,
    scans,
    states,
    expectState: (kind) => until(() => assert.equal(states.at(-1)?.kind, kind, JSON.stringify(states))),
    expectScans: (...texts) => until(() => assert.deepEqual(scans, texts)),
  };
}

const countHandles = (): number => readdirSync('/proc/self/fd').length;

export const serialCases: readonly Case[] = [
  {
    name: 'serial scanner: is pulled out amid a line and plugged in again, five times',
    async run() {
      await plugInFirst();
      const { scanner, scans, expectState, expectScans } = createBench();
      await scanner.start();
      await expectState('ready');
      await type('SP1:FIRST\r\n');
      await expectScans('SP1:FIRST');
      const handles = countHandles();
      const expected = ['SP1:FIRST'];
      for (let round = 1; round <= 5; round += 1) {
        await type('SP1:CUT-OFF');
        unplug();
        await expectState('fault');
        await plugIn();
        await expectState('ready');
        await type(`SP1:ROUND-${round}\r`);
        expected.push(`SP1:ROUND-${round}`);
        await expectScans(...expected);
      }
      await until(() => assert.equal(countHandles(), handles, 'open handles'));
      await scanner.stop();
      assert.equal(scans.length, expected.length);
    },
  },
  {
    name: 'serial scanner: is plugged in only after the box has started',
    async run() {
      await plugInFirst();
      unplug();
      const { scanner, expectState, expectScans } = createBench();
      await scanner.start();
      await expectState('fault');
      await plugIn();
      await expectState('ready');
      await type(']Q1SP1:LATE\r\n');
      await expectScans('SP1:LATE');
      await scanner.stop();
    },
  },
];

/** Whatever the case before has left. */
async function plugInFirst(): Promise<void> {
  if (existsSync(scannerEnd)) unplug();
  await plugIn();
}
