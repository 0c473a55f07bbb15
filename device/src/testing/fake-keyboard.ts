import { execFile } from 'node:child_process';
import { type FileHandle, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A USB keyboard, and an `evtest` that prints what it would of it; both played, in real processes. */
export interface FakeKeyboard {
  readonly device: string;
  /** Hand this to the driver in place of `$PATH`. */
  readonly searchPath: string;
  plugIn(): Promise<void>;
  unplug(): Promise<void>;
  /** Lines that `evtest` prints. */
  print(lines: readonly string[]): Promise<void>;
  /** From now on another program holds the keyboard, or no longer does. */
  setHeld(held: boolean): Promise<void>;
  remove(): Promise<void>;
}

const shifted = new Map([...'!@#$%^&*()_+{}:"~|<>?'].map((char, at) => [char, "1234567890-=[];'`\\,./"[at] ?? '']));
const codes = new Map<string, number>();
for (const [first, keys] of [
  [2, '1234567890-='],
  [16, 'qwertyuiop[]'],
  [30, "asdfghjkl;'`"],
  [43, '\\zxcvbnm,./'],
  [57, ' '],
] as const) {
  for (const [at, key] of [...keys].entries()) codes.set(key, first + at);
}
const leftShift = 42;
const leftAlt = 56;
const enter = 28;
/** Keypad 0 to 9. */
const keypadCodes = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73];

/** Key events of a scanner that types a text and Enter: US layout, or Alt and the keypad for what that lacks. */
export function typeKeys(text: string): [code: number, value: 0 | 1][] {
  const tap = (code: number): [number, 0 | 1][] => [
    [code, 1],
    [code, 0],
  ];
  const keys = [...text].flatMap((char): [number, 0 | 1][] => {
    const plain = char.toLowerCase() === char ? (shifted.get(char) ?? char) : char.toLowerCase();
    const code = codes.get(plain);
    if (code !== undefined) return plain === char ? tap(code) : [[leftShift, 1], ...tap(code), [leftShift, 0]];
    const digits = [...String(char.codePointAt(0))].flatMap((digit) => tap(keypadCodes[Number(digit)] ?? 0));
    return [[leftAlt, 1], ...digits, [leftAlt, 0]];
  });
  return [...keys, ...tap(enter)];
}

/** The same as `evtest` prints it. */
export const printKeys = (text: string): string[] =>
  typeKeys(text).flatMap(([code, value]) => [
    `Event: time 1700000000.123456, type 4 (EV_MSC), code 4 (MSC_SCAN), value 70004`,
    `Event: time 1700000000.123456, type 1 (EV_KEY), code ${code} (KEY_X), value ${value}`,
    'Event: time 1700000000.123456, -------------- SYN_REPORT ------------',
  ]);

const program = (held: string): string => `#!/bin/sh
[ "$#" = 2 ] && [ "$1" = --grab ] || exit 64
exec 3<"$2" || exit 1
printf 'Input driver version is 1.0.1\\nSupported events:\\n  Event type 0 (EV_SYN)\\nTesting ... (interrupt to exit)\\n'
[ -e '${held}' ] && printf '*****\\n  This device is grabbed by another process.\\n*****\\n'
exec cat <&3
`;

export async function createFakeKeyboard(): Promise<FakeKeyboard> {
  const folder = await mkdtemp(join(tmpdir(), 'scanpay-keyboard-'));
  const searchPath = join(folder, 'bin');
  const device = join(folder, 'usb-Acme_Scanner-event-kbd');
  const heldMark = join(folder, 'held');
  await mkdir(searchPath);
  await writeFile(join(searchPath, 'evtest'), program(heldMark), { mode: 0o755 });
  let writer: FileHandle | undefined;
  const unplug = async (): Promise<void> => {
    await rm(device, { force: true });
    await writer?.close();
    writer = undefined;
  };
  return {
    device,
    searchPath,
    async plugIn() {
      await promisify(execFile)('mkfifo', [device]);
      // For reading too, so that this does not wait for a reader.
      writer = await open(device, 'r+');
    },
    unplug,
    async print(lines) {
      await writer?.write(lines.map((line) => `${line}\n`).join(''));
    },
    setHeld: (held) => (held ? writeFile(heldMark, '') : rm(heldMark)),
    async remove() {
      await unplug();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
