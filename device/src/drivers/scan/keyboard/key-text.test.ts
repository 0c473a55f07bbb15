import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typeKeys } from '../../../testing/fake-keyboard.ts';
import { readEvtestLine } from './evtest-output.ts';
import { createKeyText } from './key-text.ts';

function typeAll(keys: readonly (readonly [number, 0 | 1 | 2])[]): string {
  const keyText = createKeyText();
  return keys.map(([code, value]) => keyText.take({ code, value })).join('');
}

describe('createKeyText', () => {
  it('reads back every character of ASCII that can be printed, and others by Alt and the keypad', () => {
    const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
    expect(typeAll(typeKeys(ascii))).toBe(`${ascii}\r`);
    expect(typeAll(typeKeys('한글 é'))).toBe('한글 é\r');
  });

  it.each([
    [
      'CapsLock turns letters round, and nothing else',
      [
        [58, 1],
        [58, 0],
        [30, 1],
        [2, 1],
        [42, 1],
        [30, 1],
        [2, 1],
      ],
      'A1a!',
    ],
    [
      'either Shift, and the other still down',
      [
        [42, 1],
        [54, 1],
        [42, 0],
        [30, 1],
        [54, 0],
        [30, 1],
      ],
      'Aa',
    ],
    [
      'a key that repeats is one',
      [
        [30, 1],
        [30, 2],
        [30, 2],
        [30, 0],
      ],
      'a',
    ],
    [
      'the keypad without Alt',
      [
        [79, 1],
        [83, 1],
        [78, 1],
        [55, 1],
        [98, 1],
        [96, 1],
      ],
      '1.+*/\r',
    ],
    [
      'Ctrl+M ends, Ctrl+G is a control character',
      [
        [29, 1],
        [50, 1],
        [34, 1],
        [29, 0],
      ],
      '\r\u0007',
    ],
    [
      'Tab ends; keys that type nothing are none',
      [
        [15, 1],
        [59, 1],
        [125, 1],
        [103, 1],
      ],
      '\r',
    ],
    [
      'Alt let go without digits',
      [
        [56, 1],
        [56, 0],
        [30, 1],
      ],
      'a',
    ],
  ] as [string, [number, 0 | 1 | 2][], string][])('%s', (_, keys, text) => {
    expect(typeAll(keys)).toBe(text);
  });

  it('types one UTF-16 unit at the most for each key, whatever comes', () => {
    const key = fc.tuple(fc.nat(300), fc.constantFrom(0, 1, 2) as fc.Arbitrary<0 | 1 | 2>);
    fc.assert(
      fc.property(fc.array(key, { maxLength: 200 }), (keys) => {
        expect(typeAll(keys).length).toBeLessThanOrEqual(keys.length);
      }),
    );
  });
});

describe('readEvtestLine', () => {
  it.each([
    [
      'Event: time 1725511187.487035, type 1 (EV_KEY), code 30 (KEY_A), value 1',
      { kind: 'key', key: { code: 30, value: 1 } },
    ],
    [
      'Event: time 3.5, type 1 (EV_KEY), code 240 (KEY_UNKNOWN), value 2',
      { kind: 'key', key: { code: 240, value: 2 } },
    ],
    ['Event: time 1725511187.487035, type 1 (EV_KEY), code 30 (KEY_A), value 3', { kind: 'other' }],
    ['Event: time 1725511187.487035, type 4 (EV_MSC), code 4 (MSC_SCAN), value 70004', { kind: 'other' }],
    ['Event: time 1725511187.487035, -------------- SYN_REPORT ------------', { kind: 'other' }],
    ['    Event code 30 (KEY_A)', { kind: 'other' }],
    ['Testing ... (interrupt to exit)', { kind: 'testing' }],
    ['  This device is grabbed by another process.', { kind: 'grabbed' }],
  ])('%s', (line, read) => {
    expect(readEvtestLine(line)).toEqual(read);
  });

  it('takes any line', () => {
    fc.assert(fc.property(fc.string(), (line) => void readEvtestLine(line)));
  });
});
