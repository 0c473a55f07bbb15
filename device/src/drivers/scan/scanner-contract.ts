import { until } from '@scanpay/shared/testing/until.ts';
import type { VirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Scan, Scanner, ScannerEvents, ScannerState, ScanRejection, ScanSource } from '../../ports/scanner.ts';
import { createRepeatFilter, type RepeatFilter } from './repeat-filter.ts';

/** A scanner with a stand-in for its instrument, which is unplugged at first. */
export interface ScannerRig {
  scanner: Scanner;
  source: ScanSource;
  plugIn(): Promise<void>;
  unplug(): Promise<void>;
  /** Puts a code before the instrument. */
  present(text: string): Promise<void>;
  /** Takes the code away; resolves when nothing of it can still arrive. */
  withdraw(): Promise<void>;
  close(): Promise<void>;
}

export interface ScannerRigOptions {
  scheduler: VirtualScheduler;
  events: ScannerEvents;
  repeats: RepeatFilter;
  retry: { minMs: number; maxMs: number };
}

const windowMs = 1500;
const retry = { minMs: 500, maxMs: 4000 };

type CreateRig = (options: ScannerRigOptions) => Promise<ScannerRig>;

interface Bench extends ScannerRig {
  scheduler: VirtualScheduler;
  scans: Scan[];
  states: ScannerState[];
  rejections: [ScanRejection, number][];
  expectState(kind: ScannerState['kind']): Promise<void>;
  expectTexts(texts: string[]): Promise<void>;
  startReady(): Promise<void>;
}

async function openBench(createRig: CreateRig): Promise<Bench> {
  const scheduler = createVirtualScheduler();
  const [scans, states, rejections]: [Scan[], ScannerState[], [ScanRejection, number][]] = [[], [], []];
  const rig = await createRig({
    scheduler,
    events: {
      onScan: (scan) => scans.push(scan),
      onState: (state) => states.push(state),
      onRejected: (reason, byteCount) => rejections.push([reason, byteCount]),
    },
    repeats: createRepeatFilter({ clock: scheduler, windowMs }),
    retry,
  });
  onTestFinished(async () => {
    await rig.scanner.stop();
    await rig.close();
  });
  const expectState = (kind: ScannerState['kind']): Promise<void> =>
    until(() => expect(states.at(-1)?.kind).toBe(kind));
  return {
    ...rig,
    scheduler,
    scans,
    states,
    rejections,
    expectState,
    expectTexts: (texts) => until(() => expect(scans.map((scan) => scan.text)).toEqual(texts)),
    async startReady() {
      await rig.plugIn();
      await rig.scanner.start();
      await expectState('ready');
    },
  };
}

/** What every scanner must do; each driver's test runs it. */
export function describeScanner(name: string, createRig: CreateRig): void {
  describe(`${name} as a scanner`, () => {
    describeReading(createRig);
    describeRecovery(createRig);
  });
}

function describeReading(createRig: CreateRig): void {
  it('reports what it reads, with source and time', async () => {
    const { startReady, states, present, expectTexts, scans, source, scheduler } = await openBench(createRig);
    await startReady();
    expect(states.map((state) => state.kind)).toEqual(['connecting', 'ready']);
    await present('SP1:6BFOXN 한글');
    await expectTexts(['SP1:6BFOXN 한글']);
    expect(scans).toEqual([{ text: 'SP1:6BFOXN 한글', source, atMs: scheduler.nowMs() }]);
  });

  it('reports the same code once within the window, and again after it', async () => {
    const { startReady, present, withdraw, expectTexts, scans, scheduler } = await openBench(createRig);
    await startReady();
    for (const text of ['SP1:A', 'SP1:A', 'SP1:B']) {
      await present(text);
      await until(() => expect(scans.map((scan) => scan.text)).toContain(text));
      await withdraw();
    }
    expect(scans.map((scan) => scan.text)).toEqual(['SP1:A', 'SP1:B']);
    scheduler.advance(windowMs);
    await present('SP1:A');
    await expectTexts(['SP1:A', 'SP1:B', 'SP1:A']);
  });

  it('refuses control characters and goes on', async () => {
    const { startReady, present, withdraw, expectTexts, rejections } = await openBench(createRig);
    await startReady();
    await present('SP1:\u0007BELL');
    await until(() => expect(rejections).toEqual([['not-text', 9]]));
    await withdraw();
    await present('SP1:GOOD');
    await expectTexts(['SP1:GOOD']);
  });
}

function describeRecovery(createRig: CreateRig): void {
  it('finds its instrument again after it was unplugged', async () => {
    const { startReady, unplug, plugIn, present, expectState, expectTexts, scheduler } = await openBench(createRig);
    await startReady();
    await unplug();
    await expectState('fault');
    await plugIn();
    scheduler.advance(retry.minMs);
    await expectState('ready');
    await present('SP1:BACK');
    await expectTexts(['SP1:BACK']);
  });

  it('starts without its instrument, tries ever less often, and takes it when it comes', async () => {
    const { scanner, states, plugIn, expectState, scheduler } = await openBench(createRig);
    await scanner.start();
    await expectState('fault');
    for (const delayMs of [500, 1000, 2000, 4000, 4000]) {
      scheduler.advance(delayMs - 1);
      expect(scheduler.pendingCount()).toBe(1);
      scheduler.advance(1);
      await until(() => expect(scheduler.pendingCount()).toBe(1));
    }
    expect(states.map((state) => state.kind)).toEqual(['connecting', 'fault']);
    await plugIn();
    scheduler.advance(4000);
    await expectState('ready');
  });

  it('stops for good, whatever it was doing, and can be started again', async () => {
    const bench = await openBench(createRig);
    const { scanner, states, expectState, scheduler } = bench;
    await scanner.start();
    await expectState('fault');
    await scanner.stop();
    expect(scheduler.pendingCount()).toBe(0);
    await bench.startReady();
    await scanner.stop();
    expect(scheduler.pendingCount()).toBe(0);
    const stateCount = states.length;
    scheduler.advance(60_000);
    expect(states).toHaveLength(stateCount);
    await scanner.start();
    await expectState('ready');
    await bench.present('SP1:AGAIN');
    await bench.expectTexts(['SP1:AGAIN']);
  });
}
