import { describe, expect, it } from 'vitest';
import type { PrinterFault } from '../../ports/printer.ts';
import { printerFaultWords } from '../printer/printer-words.ts';
import { judgeClock, judgeDisk, judgePrint, judgePrinter, judgeScanner, judgeTemperature } from './judge.ts';
import { advice } from './words.ts';

describe('what the instruments said', () => {
  it('takes a scanner for well only when it is ready', () => {
    expect(judgeScanner('serial', { kind: 'ready', detail: '/dev/ttyACM0' }).outcome).toBe('ok');
    for (const state of [undefined, { kind: 'connecting', detail: 'rpicam-vid' } as const]) {
      expect(judgeScanner('camera', state)).toMatchObject({ outcome: 'fault', advice: [advice.cameraSilent] });
    }
  });

  it.each([
    ['serial', 'Error Resource temporarily unavailable Cannot lock port', advice.heldByOther],
    ['serial', 'Error: Permission denied, cannot open /dev/ttyACM0', advice.noPermission],
    ['serial', 'no device matches /dev/serial/by-id/*', advice.serialScanner],
    ['camera', 'neither rpicam-vid nor libcamera-vid is installed', advice.cameraMissing],
    ['camera', 'rpicam-vid: ended with 255: no cameras available', advice.cameraSilent],
  ] as const)('says what to do about a %s scanner: %s', (kind, detail, words) => {
    expect(judgeScanner(kind, { kind: 'fault', detail })).toMatchObject({ outcome: 'fault', advice: [words] });
  });

  it('has words for each fault of a printer', () => {
    const faults: PrinterFault[] = ['paper-out', 'cover-open'];
    const words = [printerFaultWords['paper-out'].advice, printerFaultWords['cover-open'].advice];
    expect(judgePrinter({ kind: 'fault', faults })).toEqual({
      outcome: 'fault',
      seen: 'paper-out, cover-open',
      advice: words,
    });
    expect(judgePrinter({ kind: 'ok', nearEnd: true }).outcome).toBe('warning');
    expect(judgePrinter({ kind: 'unknown', reason: 'not connected: ECONNREFUSED' }).outcome).toBe('fault');
  });

  it('takes a slip for printed only when the printer says so', () => {
    expect(judgePrint({ kind: 'printed' }).outcome).toBe('ok');
    expect(judgePrint({ kind: 'sent-unconfirmed' }).outcome).toBe('warning');
    expect(judgePrint({ kind: 'uncertain', reason: 'the line was lost' }).outcome).toBe('fault');
    expect(judgePrint({ kind: 'fault', faults: ['cutter'] }).advice).toEqual([printerFaultWords.cutter.advice]);
    expect(judgePrint({ kind: 'no-printer' }).outcome).toBe('skipped');
  });
});

describe('what was measured', () => {
  it.each([
    [0, 5, 'ok'],
    [1_999, 0, 'ok'],
    [2_000, 0, 'warning'],
    // What the round trip may account for is not the clock's.
    [-2_900, 1_000, 'ok'],
    [-3_000, 1_000, 'warning'],
    [-600_000, 0, 'fault'],
  ] as const)('clock: %i ms, known to %i ms: %s', (driftMs, errorMs, outcome) => {
    expect(judgeClock(driftMs, errorMs).outcome).toBe(outcome);
  });

  it.each([
    [50 * 2 ** 20 - 1, 'fault'],
    [50 * 2 ** 20, 'warning'],
    [500 * 2 ** 20 - 1, 'warning'],
    [500 * 2 ** 20, 'ok'],
  ] as const)('disk: %i bytes free: %s', (freeBytes, outcome) => {
    expect(judgeDisk(freeBytes, '/var/lib/scanpay').outcome).toBe(outcome);
  });

  it('judges the hottest zone', () => {
    expect(judgeTemperature([]).outcome).toBe('skipped');
    expect(judgeTemperature([40_000, 74_999])).toMatchObject({ outcome: 'ok', seen: '75.0 °C' });
    expect(judgeTemperature([75_000, 40_000]).outcome).toBe('warning');
    expect(judgeTemperature([85_000]).outcome).toBe('fault');
  });
});
