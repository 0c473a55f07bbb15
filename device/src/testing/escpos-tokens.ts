/** A piece of what a printer was sent. */
export type EscPosToken =
  /** Bytes ≥ 0x20 in a row; one- or two-byte characters, as the printer's mode says. */
  | { kind: 'text'; bytes: Uint8Array }
  | { kind: 'command'; name: CommandName; args: Uint8Array }
  | { kind: 'unknown'; bytes: Uint8Array };

export type CommandName =
  | 'NUL'
  | 'LF'
  | 'ESC @'
  | 'ESC -'
  | 'ESC E'
  | 'ESC J'
  | 'ESC a'
  | 'ESC d'
  | 'ESC t'
  | 'FS &'
  | 'FS .'
  | 'FS -'
  | 'GS !'
  | 'GS B'
  | 'GS ( k'
  | 'GS V'
  | 'GS a'
  | 'GS r'
  | 'GS v 0';

/** Commands whose number of arguments is fixed, by prefix byte and letter. */
const fixedCommands: Readonly<Record<number, Readonly<Record<string, { name: CommandName; argCount: number }>>>> = {
  27: {
    '@': { name: 'ESC @', argCount: 0 },
    '-': { name: 'ESC -', argCount: 1 },
    E: { name: 'ESC E', argCount: 1 },
    J: { name: 'ESC J', argCount: 1 },
    a: { name: 'ESC a', argCount: 1 },
    d: { name: 'ESC d', argCount: 1 },
    t: { name: 'ESC t', argCount: 1 },
  },
  28: {
    '&': { name: 'FS &', argCount: 0 },
    '.': { name: 'FS .', argCount: 0 },
    '-': { name: 'FS -', argCount: 1 },
  },
  29: {
    '!': { name: 'GS !', argCount: 1 },
    B: { name: 'GS B', argCount: 1 },
    a: { name: 'GS a', argCount: 1 },
    r: { name: 'GS r', argCount: 1 },
  },
};

/**
 * Reads the token at `offset`. Undefined when the bytes end within it: a printer waits for the rest.
 * What is not known is returned one byte at a time as `unknown`.
 */
export function readToken(bytes: Uint8Array, offset: number): { token: EscPosToken; next: number } | undefined {
  const first = bytes[offset];
  if (first === undefined) return undefined;
  if (first >= 0x20) {
    let next = offset + 1;
    while ((bytes[next] ?? 0) >= 0x20) next += 1;
    return { token: { kind: 'text', bytes: bytes.subarray(offset, next) }, next };
  }
  if (first === 0x00) return command('NUL', bytes, offset + 1, offset + 1);
  if (first === 0x0a) return command('LF', bytes, offset + 1, offset + 1);
  const commands = fixedCommands[first];
  if (commands === undefined) return unknown(bytes, offset);
  const second = bytes[offset + 1];
  if (second === undefined) return undefined;
  const fixed = commands[String.fromCharCode(second)];
  if (fixed !== undefined) return command(fixed.name, bytes, offset + 2, offset + 2 + fixed.argCount);
  return first === 0x1d ? readLongCommand(bytes, offset, second) : unknown(bytes, offset);
}

/** GS V, GS ( k and GS v 0 say themselves how long they are. */
function readLongCommand(bytes: Uint8Array, offset: number, letter: number): ReturnType<typeof readToken> {
  const at = (index: number): number | undefined => bytes[offset + index];
  const third = at(2);
  if (third === undefined) return undefined;
  if (letter === 0x56) return command('GS V', bytes, offset + 2, offset + 3 + (third >= 65 ? 1 : 0));
  if (letter === 0x28 && third === 0x6b) {
    const [low, high] = [at(3), at(4)];
    if (low === undefined || high === undefined) return undefined;
    return command('GS ( k', bytes, offset + 5, offset + 5 + low + high * 256);
  }
  if (letter === 0x76 && third === 0x30) {
    const size = [at(4), at(5), at(6), at(7)];
    const [xLow, xHigh, yLow, yHigh] = size;
    if (xLow === undefined || xHigh === undefined || yLow === undefined || yHigh === undefined) return undefined;
    return command('GS v 0', bytes, offset + 3, offset + 8 + (xLow + xHigh * 256) * (yLow + yHigh * 256));
  }
  return unknown(bytes, offset);
}

function command(name: CommandName, bytes: Uint8Array, argsFrom: number, next: number): ReturnType<typeof readToken> {
  if (next > bytes.length) return undefined;
  return { token: { kind: 'command', name, args: bytes.subarray(argsFrom, next) }, next };
}

function unknown(bytes: Uint8Array, offset: number): ReturnType<typeof readToken> {
  return { token: { kind: 'unknown', bytes: bytes.subarray(offset, offset + 1) }, next: offset + 1 };
}
