/**
 * Decimal digits as half-bytes that end themselves: digits, one `F`, and a second `F` if a half-byte is left over.
 * So n digits take ⌊n/2⌋ + 1 bytes, and what follows can be found without a length: 11 digits are 6 bytes.
 */
const end = 0xf;

/** `digits` are ASCII digits. */
export function encodeBcd(digits: string): Uint8Array {
  return Buffer.from(digits.padEnd((digits.length >> 1) * 2 + 2, 'f'), 'hex');
}

export interface BcdPrefix {
  digits: string;
  /** How many bytes the digits and their end took. */
  length: number;
}

/** The digits at the beginning of `bytes`; `undefined` if they do not end, or hold something else than digits. */
export function decodeBcd(bytes: Uint8Array): BcdPrefix | undefined {
  let digits = '';
  for (const [at, byte] of bytes.entries()) {
    const high = byte >> 4;
    const low = byte & 0xf;
    if (high === end) return low === end ? { digits, length: at + 1 } : undefined;
    if (high > 9) return undefined;
    digits += high;
    if (low === end) return { digits, length: at + 1 };
    if (low > 9) return undefined;
    digits += low;
  }
  return undefined;
}
