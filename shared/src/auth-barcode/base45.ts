/**
 * Base45 (RFC 9285): two bytes become three characters of the QR alphanumeric set, one trailing byte two.
 *
 * Written here rather than taken from npm's `base45` 3.0.0: that decoder turns a foreign character into index -1,
 * wraps triples above 65,535 and makes a NaN byte of a single trailing character, where RFC 9285 §6 demands refusal.
 */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

const digitOf = new Map(Array.from(alphabet, (character, value) => [character, value]));

export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const high = bytes[i] ?? 0;
    const low = bytes[i + 1];
    const number = low === undefined ? high : high * 256 + low;
    text += alphabet.charAt(number % 45) + alphabet.charAt(Math.floor(number / 45) % 45);
    if (low !== undefined) text += alphabet.charAt(Math.floor(number / 2025));
  }
  return text;
}

/**
 * The bytes, or `undefined` for anything RFC 9285 §6 refuses: a character outside the alphabet (lower case too),
 * a length that no encoder makes (3n + 1), a triple above 65,535 or a final pair above 255. So every byte string has
 * exactly one text. The caller bounds the length.
 */
export function decodeBase45(text: string): Uint8Array | undefined {
  const tail = text.length % 3;
  if (tail === 1) return undefined;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (tail === 2 ? 1 : 0));
  for (let i = 0, at = 0; i < text.length; i += 3) {
    const first = digitOf.get(text.charAt(i));
    const second = digitOf.get(text.charAt(i + 1));
    if (first === undefined || second === undefined) return undefined;
    if (i + 2 === text.length) {
      const number = first + second * 45;
      if (number > 0xff) return undefined;
      bytes[at] = number;
      continue;
    }
    const third = digitOf.get(text.charAt(i + 2));
    if (third === undefined) return undefined;
    const number = first + second * 45 + third * 2025;
    if (number > 0xffff) return undefined;
    bytes[at++] = number >> 8;
    bytes[at++] = number & 0xff;
  }
  return bytes;
}
