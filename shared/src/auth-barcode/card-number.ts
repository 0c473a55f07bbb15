/** Card numbers and expiry dates as a customer types them. No detail of a refusal ever repeats a digit. */
import { businessDateAt } from '../clock.ts';
import { accept, type Result, refuse } from '../errors.ts';
import { passesLuhn } from './luhn.ts';

declare const cardNumberBrand: unique symbol;
/** 13 to 19 digits that pass Luhn (ISO/IEC 7812-1). Lives in memory only: never logged, stored or sent in clear. */
export type CardNumber = string & { readonly [cardNumberBrand]: 'CardNumber' };

/** The last month a card is good for. */
export interface CardExpiry {
  /** 2000 to 2099: cards carry two digits of the year. */
  year: number;
  /** 1 to 12. */
  month: number;
}

export interface Card {
  number: CardNumber;
  expiry: CardExpiry;
}

/** Longest text a person can mean by a card number or an expiry; anything above is refused unread. */
const maxTextLength = 40;

/** Spaces and hyphens are ignored. Refuses with `card_number_invalid`. */
export function parseCardNumber(text: string): Result<CardNumber> {
  if (text.length > maxTextLength) return refuse('card_number_invalid', 'too long');
  const digits = text.replace(/[\s-]/gu, '');
  if (!/^[0-9]{13,19}$/u.test(digits)) return refuse('card_number_invalid', '13 to 19 digits expected');
  if (!passesLuhn(digits)) return refuse('card_number_invalid', 'the check digit is wrong');
  return accept(digits as CardNumber);
}

/** Digits in a row, in the groups that are embossed on cards (4-4-4-4, 4-6-5), or without any. */
export const writtenNumber = /(?<!\d)(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?!\d)/gu;

/** Whether a card number stands anywhere in a text: typed into the wrong field, it would be kept in clear. */
export function holdsCardNumber(text: string): boolean {
  return [...text.matchAll(writtenNumber)].some(([written]) => parseCardNumber(written).ok);
}

/** All that is ever shown of a card. */
export function lastFour(card: CardNumber): string {
  return card.slice(-4);
}

/** `12/30`, also `12 / 30`, `12-30` and `1230`: month, then two digits of the year. Refuses with `invalid_input`. */
export function parseExpiry(text: string): Result<CardExpiry> {
  if (text.length > maxTextLength) return refuse('invalid_input', 'card expiry: too long');
  const match = /^\s*(0[1-9]|1[0-2])\s*[/-]?\s*([0-9]{2})\s*$/u.exec(text);
  if (match === null) return refuse('invalid_input', 'card expiry: MM/YY expected');
  return accept({ year: 2000 + Number(match[2]), month: Number(match[1]) });
}

/** A card is good through the last millisecond of its month in Seoul, and expired from the next on. */
export function isExpired(expiry: CardExpiry, nowMs: number): boolean {
  const lastMonth = `${expiry.year}-${String(expiry.month).padStart(2, '0')}`;
  return businessDateAt(nowMs).slice(0, 7) > lastMonth;
}
