import { wellBox } from '@scanpay/shared/testing/telemetry-samples.ts';
import { describe, expect, it } from 'vitest';
import { type BoxFacts, judgeHealth } from './judge-health.ts';

const thresholds = {
  diskWarnMib: 500,
  diskFaultMib: 50,
  hotC: 75,
  tooHotC: 85,
  driftWarnMs: 2_000,
  certificateWarnDays: 5,
  memoryWarnPercent: 5,
};
const nowMs = Date.UTC(2026, 10, 23);
const dayMs = 86_400_000;
const mib = 1024 * 1024;
const judge = (differing: Partial<BoxFacts>, isConfigRejected = false) =>
  judgeHealth({ ...wellBox, ...differing }, { thresholds, maxOpen: 20, isConfigRejected, nowMs });
const disk = (freeMib: number, lifeUsedPercent: number | null = null) => ({
  machine: {
    ...wellBox.machine,
    disk: { freeBytes: freeMib * mib, totalBytes: 32e9, writtenBytes: 0, lifeUsedPercent },
  },
});
const hot = (milliC: number | null) => ({ machine: { ...wellBox.machine, temperatureMilliC: milliC } });
const queues = (differing: Partial<BoxFacts['queues']>) => ({ queues: { ...wellBox.queues, ...differing } });
const clock = (differing: Partial<BoxFacts['clock']>) => ({ clock: { ...wellBox.clock, ...differing } });

describe('the health of a box', () => {
  it('is good where nothing is wrong', () => {
    expect(judge({})).toEqual({ level: 'ok', problems: [] });
    expect(judge({ printer: { state: 'none', faults: [], nearEnd: false } }).level).toBe('ok');
    expect(judge({ certificateExpiresAtMs: null }).level).toBe('ok');
    expect(judge(hot(null)).level).toBe('ok');
  });

  it.each<[string, Partial<BoxFacts>, string, 'warning' | 'fault']>([
    ['no scanner', { scanner: { ...wellBox.scanner, ready: false } }, 'scanner', 'fault'],
    ['no paper', { printer: { state: 'fault', faults: ['paper-out'], nearEnd: false } }, 'printer', 'fault'],
    ['a silent printer', { printer: { state: 'unknown', faults: [], nearEnd: false } }, 'printer', 'warning'],
    ['a roll near its end', { printer: { state: 'ok', faults: [], nearEnd: true } }, 'printer', 'warning'],
    ['a broken lamp', { light: { driver: 'gpioset', state: 'fault' } }, 'light', 'warning'],
    ['a clock nobody vouches for', clock({ trusted: false }), 'clock', 'fault'],
    ['a clock that is ahead', clock({ driftMs: -2_001 }), 'clock', 'warning'],
    ['a disk that fills', disk(499), 'disk', 'warning'],
    ['a full disk', disk(49), 'disk', 'fault'],
    ['a worn disk', disk(9_000, 100), 'disk', 'warning'],
    ['a disk that does not tell', { machine: { ...wellBox.machine, disk: null } }, 'disk', 'warning'],
    ['heat', hot(75_000), 'temperature', 'warning'],
    ['great heat', hot(85_000), 'temperature', 'fault'],
    [
      'little memory',
      { machine: { ...wellBox.machine, memory: { totalBytes: 1_000, availableBytes: 49 } } },
      'memory',
      'warning',
    ],
    ['a certificate that runs out', { certificateExpiresAtMs: nowMs + 5 * dayMs - 1 }, 'certificate', 'warning'],
    ['one that has', { certificateExpiresAtMs: nowMs }, 'certificate', 'fault'],
    ['a payment nobody knows about', queues({ outbox: 1, unresolved: 1 }), 'payments', 'warning'],
    ['no room for a sale', queues({ outbox: 21, redeemed: 1 }), 'payments', 'fault'],
    ['receipts that wait', queues({ receipts: 3 }), 'receipts', 'warning'],
  ])('is not with %s', (_what, facts, part, level) => {
    expect(judge(facts)).toEqual({ level, problems: [{ part, level }] });
  });

  it('counts a configuration it would not take, and is as bad as the worst', () => {
    expect(judge({}, true)).toEqual({ level: 'warning', problems: [{ part: 'config', level: 'warning' }] });
    expect(judge({ ...hot(90_000), ...queues({ receipts: 3 }) })).toEqual({
      level: 'fault',
      problems: [
        { part: 'temperature', level: 'fault' },
        { part: 'receipts', level: 'warning' },
      ],
    });
  });

  it('does not count cash sales made offline as room that is gone', () => {
    expect(judge(queues({ outbox: 20, redeemed: 1 })).level).toBe('ok');
  });
});
