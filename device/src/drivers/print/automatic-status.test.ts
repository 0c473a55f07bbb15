import { describe, expect, it } from 'vitest';
import { readAutomaticStatus } from './automatic-status.ts';

/** Packets as the bit tables of Epson's TM series (GS a) give them; the fourth byte is left out. */
describe('automatic status', () => {
  it.each([
    ['a printer that is well', [0x10, 0x00, 0x00], { kind: 'ok' }],
    ['the drawer pin, which says nothing of the printer', [0x14, 0x00, 0x00], { kind: 'ok' }],
    ['a roll near its end', [0x10, 0x00, 0x03], { kind: 'ok', nearEnd: true }],
    ['no paper', [0x18, 0x00, 0x0f], { kind: 'fault', faults: ['paper-out'], nearEnd: true }],
    ['an open cover', [0x38, 0x00, 0x00], { kind: 'fault', faults: ['cover-open'] }],
    ['an open cover and no paper', [0x38, 0x00, 0x0c], { kind: 'fault', faults: ['paper-out', 'cover-open'] }],
    ['a jammed cutter', [0x18, 0x08, 0x00], { kind: 'fault', faults: ['cutter'] }],
    ['a mechanical error', [0x18, 0x04, 0x00], { kind: 'fault', faults: ['error'] }],
    ['an error that needs service', [0x18, 0x20, 0x00], { kind: 'fault', faults: ['error'] }],
    ['a hot head', [0x18, 0x40, 0x00], { kind: 'fault', faults: ['error'] }],
    ['a printer that waits to go on line', [0x18, 0x01, 0x00], { kind: 'fault', faults: ['offline'] }],
    ['paper fed by the button, which ends by itself', [0x58, 0x02, 0x00], { kind: 'ok' }],
  ])('tells of %s', (_name, [printer = 0, error = 0, rollSensor = 0], status) => {
    expect(readAutomaticStatus({ printer, error, rollSensor })).toEqual(status);
  });
});
