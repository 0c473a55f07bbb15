// @ts-check
import { language } from './language.js';

const timeZone = 'Asia/Seoul';
const locale = () => (language() === 'ko' ? 'ko-KR' : 'en-GB');
const thousands = new Intl.NumberFormat('en-US');
const seoulDay = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });

/**
 * `12,300원` in both languages, as on the receipts.
 *
 * @param {number} amountWon
 */
export const formatWon = (amountWon) => `${amountWon < 0 ? '\u2212' : ''}${thousands.format(Math.abs(amountWon))}원`;

/**
 * `14:05`, or with seconds, in Seoul.
 *
 * @param {number} epochMs
 * @param {boolean} [withSeconds]
 */
export function formatClock(epochMs, withSeconds = false) {
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  return new Intl.DateTimeFormat('en-GB', withSeconds ? { ...parts, second: '2-digit' } : parts).format(epochMs);
}

/**
 * Day and minute in Seoul, in the words of the current language.
 *
 * @param {number} epochMs
 */
export function formatMoment(epochMs) {
  return new Intl.DateTimeFormat(locale(), {
    timeZone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(epochMs);
}

/**
 * A calendar day `YYYY-MM-DD` in the words of the current language, with its weekday.
 *
 * @param {string} date
 */
export function formatDay(date) {
  return new Intl.DateTimeFormat(locale(), {
    timeZone: 'UTC',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    weekday: 'short',
  }).format(Date.parse(`${date}T00:00:00Z`));
}

/**
 * The calendar day in Seoul, `YYYY-MM-DD`.
 *
 * @param {number} epochMs
 */
export const seoulDate = (epochMs) => seoulDay.format(epochMs);

/**
 * `0:45`: minutes and seconds left, never below zero.
 *
 * @param {number} ms
 */
export function formatCountdown(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
