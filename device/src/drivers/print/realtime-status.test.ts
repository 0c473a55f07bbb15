import { describe, expect, it } from 'vitest';
import { isAutomaticStatus } from './automatic-status.ts';
import { isInOrderAnswer, isRealtimeAnswer, readRealtimeAnswers } from './realtime-status.ts';

const well = { printer: 0x12, offlineCause: 0x12, errorCause: 0x12, rollSensor: 0x12 };

/** Bytes as the bit tables of Epson's TM series and Bixolon's SRP-350 give them. */
describe('answers to DLE EOT', () => {
  it.each([
    ['a printer that is well', {}, { kind: 'ok' }],
    ['the drawer pin, which says nothing of the printer', { printer: 0x16 }, { kind: 'ok' }],
    ['a roll near its end', { rollSensor: 0x1e }, { kind: 'ok', nearEnd: true }],
    [
      'no paper',
      { printer: 0x1a, offlineCause: 0x32, rollSensor: 0x7e },
      { kind: 'fault', faults: ['paper-out'], nearEnd: true },
    ],
    ['no paper, by the sensor alone', { rollSensor: 0x72 }, { kind: 'fault', faults: ['paper-out'] }],
    ['an open cover', { printer: 0x1a, offlineCause: 0x16 }, { kind: 'fault', faults: ['cover-open'] }],
    [
      'an open cover and no paper',
      { printer: 0x1a, offlineCause: 0x36, rollSensor: 0x72 },
      { kind: 'fault', faults: ['paper-out', 'cover-open'] },
    ],
    ['a jammed cutter', { printer: 0x1a, offlineCause: 0x52, errorCause: 0x1a }, { kind: 'fault', faults: ['cutter'] }],
    [
      'an error that needs service',
      { printer: 0x1a, offlineCause: 0x52, errorCause: 0x32 },
      { kind: 'fault', faults: ['error'] },
    ],
    ['a hot head', { printer: 0x1a, offlineCause: 0x52, errorCause: 0x52 }, { kind: 'fault', faults: ['error'] }],
    ['an error without a cause', { printer: 0x1a, offlineCause: 0x52 }, { kind: 'fault', faults: ['error'] }],
    ['a pressed feed button', { printer: 0x1a, offlineCause: 0x1a }, { kind: 'fault', faults: ['offline'] }],
  ])('tell of %s', (_name, changed, status) => {
    expect(readRealtimeAnswers({ ...well, ...changed })).toEqual(status);
  });

  it('differ from every other byte a printer sends', () => {
    const everyByte = Array.from({ length: 256 }, (_, byte) => byte);
    const kinds = everyByte.map((byte) => [isRealtimeAnswer(byte), isAutomaticStatus(byte), isInOrderAnswer(byte)]);
    for (const kind of kinds) expect(kind.filter(Boolean).length).toBeLessThanOrEqual(1);
    for (const byte of [0x12, 0x16, 0x1a, 0x1e, 0x32, 0x52, 0x72, 0x7e]) expect(isRealtimeAnswer(byte)).toBe(true);
    // XON and XOFF.
    expect([0x11, 0x13].some((byte) => isRealtimeAnswer(byte) || isInOrderAnswer(byte))).toBe(false);
  });
});
