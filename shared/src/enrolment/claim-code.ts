import { accept, type Result, refuse } from '../errors.ts';

/** Crockford's base32: no I, L, O and U, so that nobody mistakes a letter. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 8;

/** Random bytes behind a code. */
export const claimCodeBytes = 5;

/**
 * The short code of a claim, e.g. `7K3M-Q0ZT`, for a technician who types: 8 characters of 5 bits, so 40 bits.
 *
 * That alone does not withstand guessing; it does with the operator's limits. All boxes together get 10 tries at once
 * and 10 a minute after that. In the hour a claim lives that is 610 tries at 2^40 codes: with a thousand claims
 * open at a time, a guess hits one of them with a chance of 1 in 1.8 million per hour.
 */
export function writeClaimCode(bytes: Uint8Array): string {
  if (bytes.length !== claimCodeBytes) throw new RangeError(`a code is made of ${claimCodeBytes} bytes`);
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let code = '';
  for (let index = codeLength - 1; index >= 0; index -= 1) code += alphabet[Number((bits >> BigInt(5 * index)) & 31n)];
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** As typed: small letters, spaces and O, I, L for 0 and 1 are put right. Refuses with `claim_unreadable`. */
export function readClaimCode(typed: string): Result<string> {
  if (typed.length > 40) return refuse('claim_unreadable', 'too long');
  const code = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  if (code.length !== codeLength || [...code].some((character) => !alphabet.includes(character))) {
    return refuse('claim_unreadable', `a code has ${codeLength} characters of ${alphabet}`);
  }
  return accept(`${code.slice(0, 4)}-${code.slice(4)}`);
}
