import type { KeyEvent } from './evtest-output.ts';

/** Rows of a US keyboard, which a Korean one equals: the code of the first key, and what its keys type. */
const rows: readonly [firstCode: number, plain: string, shifted: string][] = [
  [2, '1234567890-=', '!@#$%^&*()_+'],
  [16, 'qwertyuiop[]', 'QWERTYUIOP{}'],
  [30, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [43, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
  [57, ' ', ' '],
];
/** Keypad with NumLock on. */
const keypadRows: readonly [firstCode: number, text: string][] = [
  [55, '*'],
  [71, '789-456+1230.'],
  [98, '/'],
];

const typed = new Map<number, readonly [plain: string, shifted: string]>();
for (const [firstCode, plain, shifted] of rows) {
  for (const [at, text] of [...plain].entries()) typed.set(firstCode + at, [text, shifted[at] ?? text]);
}
const keypad = new Map<number, string>();
for (const [firstCode, texts] of keypadRows) {
  for (const [at, text] of [...texts].entries()) keypad.set(firstCode + at, text);
}

/** Enter, Tab and the keypad's Enter: what scanners put after a code. */
const endCodes: ReadonlySet<number> = new Set([28, 15, 96]);
const shiftCodes: ReadonlySet<number> = new Set([42, 54]);
const ctrlCodes: ReadonlySet<number> = new Set([29, 97]);
const altCode = 56;
const capsLockCode = 58;
const maxAltDigits = 5;

/** Keys in, text out. */
export interface KeyText {
  /** What the key types, CR at the end of a code; empty for most events. */
  take(key: KeyEvent): string;
}

/**
 * What a scanner types, by the layout "US" (or Korean). With Alt held, digits of the keypad are the number of a
 * character, as scanners send it that are set to be independent of the layout ("ALT mode", "emulate keypad"). Keys that
 * repeat are left out: a scanner lets go of each.
 */
export function createKeyText(): KeyText {
  const held = new Set<number>();
  let capsLock = false;
  let altDigits = '';

  const holds = (codes: ReadonlySet<number>): boolean => [...codes].some((code) => held.has(code));

  const press = (code: number): string => {
    if (code === capsLockCode) capsLock = !capsLock;
    if (endCodes.has(code)) return '\r';
    const keypadText = keypad.get(code);
    if (keypadText !== undefined) {
      if (!held.has(altCode)) return keypadText;
      if (/\d/.test(keypadText) && altDigits.length < maxAltDigits) altDigits += keypadText;
      return '';
    }
    const texts = typed.get(code);
    if (texts === undefined) return '';
    const [plain, shifted] = texts;
    // Ctrl and a letter is a control character: Ctrl+M the end of a code, any other for the reader of lines to judge.
    if (holds(ctrlCodes)) return String.fromCharCode(shifted.charCodeAt(0) & 0x1f);
    const isLetter = /[a-z]/.test(plain);
    return holds(shiftCodes) !== (isLetter && capsLock) ? shifted : plain;
  };

  const letGo = (code: number): string => {
    if (code !== altCode || altDigits === '') return '';
    const number = Number(altDigits);
    altDigits = '';
    return String.fromCharCode(number);
  };

  return {
    take({ code, value }) {
      if (value === 2) return '';
      if (value === 0) {
        held.delete(code);
        return letGo(code);
      }
      held.add(code);
      return press(code);
    },
  };
}
