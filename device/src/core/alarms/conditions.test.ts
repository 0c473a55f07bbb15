import { alarmKinds } from '@scanpay/shared/alarm/alarm-codes.ts';
import { describe, expect, it } from 'vitest';
import { type BoxFacts, conditions, defaultAlarmBounds, readConditions } from './conditions.ts';

const hourMs = 3_600_000;
const well: BoxFacts = {
  nowMs: 100 * hourMs,
  printer: { kind: 'ok' },
  scannerReady: true,
  clockTrusted: true,
  drift: { driftMs: 3, warning: false },
  receiptsWaiting: 0,
  oldestOpenMs: null,
  certificate: { renewAfterMs: 200 * hourMs, expiresAtMs: 300 * hourMs },
  lastFatal: null,
  temperatureC: 50,
  diskFreeBytes: 4e9,
};
const read = (facts: Partial<BoxFacts>, open: readonly string[] = []) =>
  Object.fromEntries(
    [...readConditions({ ...well, ...facts }, defaultAlarmBounds, (code) => open.includes(code))].filter(
      ([, reading]) => reading !== null,
    ),
  );

describe('conditions', () => {
  it('are about codes of the box', () => {
    for (const code of Object.keys(conditions)) expect(alarmKinds[code as keyof typeof alarmKinds].source).toBe('box');
  });
  it('of a box that is well are none', () => expect(read({})).toEqual({}));

  it.each<[string, Partial<BoxFacts>, object]>([
    ['no paper', { printer: { kind: 'fault', faults: ['paper-out'] } }, { 'printer-paper-out': 'paper-out' }],
    [
      'no paper behind an open cover',
      { printer: { kind: 'fault', faults: ['paper-out', 'cover-open'] } },
      { 'printer-fault': 'paper-out, cover-open' },
    ],
    ['a silent printer', { printer: { kind: 'unknown', reason: 'timeout' } }, { 'printer-fault': 'no answer' }],
    ['no printer at all', { printer: { kind: 'unknown', reason: '', cause: 'no-printer' } }, {}],
    ['no scanner', { scannerReady: false }, { 'scanner-gone': 'no scanner is ready' }],
    ['a drifting clock', { drift: { driftMs: -4_000, warning: true } }, { 'clock-drift': '-4000 ms off' }],
    ['a small disk', { diskFreeBytes: 100 * 1024 * 1024 }, { 'disk-low': '100 MiB free' }],
    ['a disk that cannot be asked', { diskFreeBytes: null }, { 'disk-low': undefined }],
    ['a hot box', { temperatureC: 76.4 }, { 'temperature-high': '76 °C' }],
    ['many receipts', { receiptsWaiting: 100 }, { 'spool-full': '100 of 200 receipts' }],
    ['an old payment', { oldestOpenMs: 12.5 * 60_000 }, { 'payment-unresolved': 'open for 12 min' }],
    ['a young payment', { oldestOpenMs: 9 * 60_000 }, {}],
    ['a certificate due and not renewed', { nowMs: 260 * hourMs }, { 'certificate-expiring': '40 h left' }],
    ['a certificate that is due', { nowMs: 240 * hourMs }, {}],
    [
      'a certificate nobody can judge',
      { nowMs: 260 * hourMs, clockTrusted: false },
      { 'certificate-expiring': undefined, 'clock-untrusted': 'nobody vouches for the time' },
    ],
    [
      'a run that broke off',
      { lastFatal: { atMs: 99.5 * hourMs, reason: 'SQLITE_FULL' } },
      { 'journal-error': 'SQLITE_FULL' },
    ],
    ['one that did yesterday', { lastFatal: { atMs: 80 * hourMs, reason: 'SQLITE_FULL' } }, {}],
  ])('see %s', (_name, facts, expected) => expect(read(facts)).toEqual(expected));

  it('take more to end than not to begin', () => {
    expect(read({ temperatureC: 72 })).toEqual({});
    expect(read({ temperatureC: 72 }, ['temperature-high'])).toEqual({ 'temperature-high': '72 °C' });
    expect(read({ temperatureC: 69 }, ['temperature-high'])).toEqual({});
    expect(read({ diskFreeBytes: 220 * 1024 * 1024 })).toEqual({});
    expect(read({ diskFreeBytes: 220 * 1024 * 1024 }, ['disk-low'])).toEqual({ 'disk-low': '220 MiB free' });
  });
});
