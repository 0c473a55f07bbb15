/**
 * The auth number: 12 digits beside the barcode that the customer can read out when it cannot be scanned
 * (DESIGN §4; cash tender only). Eleven digits are random, the last is their Luhn check digit, so that a misheard or
 * mistyped number is refused before anyone is asked.
 */
import type { RandomBytes } from '../clock.ts';
import { accept, type Result, refuse, ScanPayError } from '../errors.ts';
import type { AuthNumber } from '../ids.ts';
import { luhnCheckDigit, passesLuhn } from './luhn.ts';

const randomDigits = 11;
const span = 10 ** randomDigits;
const drawBytes = 6;
/** The largest multiple of `span` below 2^48: a draw at or above it is thrown away, so that no number is likelier. */
const drawLimit = Math.floor(2 ** (8 * drawBytes) / span) * span;
/** One draw in 3,754 is thrown away; sixteen in a row mean that the source of randomness is broken. */
const maxDraws = 16;
/** Longest text a person can mean by twelve digits; anything above is refused unread. */
const maxTextLength = 32;

/** @throws ScanPayError `internal` when the source of randomness is broken. */
export function makeAuthNumber(randomBytes: RandomBytes): AuthNumber {
  for (let draw = 0; draw < maxDraws; draw++) {
    const number = Buffer.from(randomBytes(drawBytes)).readUIntBE(0, drawBytes);
    if (number >= drawLimit) continue;
    const digits = String(number % span).padStart(randomDigits, '0');
    return (digits + luhnCheckDigit(digits)) as AuthNumber;
  }
  throw new ScanPayError('internal', 'the source of randomness repeats itself');
}

/** Takes what a person types: spaces and hyphens are ignored. Refuses with `invalid_input`. */
export function parseAuthNumber(text: string): Result<AuthNumber> {
  if (text.length > maxTextLength) return refuse('invalid_input', 'auth number: too long');
  const digits = text.replace(/[\s-]/gu, '');
  if (!/^[0-9]{12}$/u.test(digits)) return refuse('invalid_input', 'auth number: 12 digits expected');
  if (!passesLuhn(digits)) return refuse('invalid_input', 'auth number: the check digit is wrong');
  return accept(digits as AuthNumber);
}

/** `1234 5678 9012` */
export function formatAuthNumber(authNumber: AuthNumber): string {
  return `${authNumber.slice(0, 4)} ${authNumber.slice(4, 8)} ${authNumber.slice(8)}`;
}
