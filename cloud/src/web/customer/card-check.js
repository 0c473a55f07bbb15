// @ts-check

/** The same rules as shared/src/auth-barcode/card-number.ts: a slip is shown while it is typed, not after a round trip. */

/**
 * ISO/IEC 7812-1, Annex B.
 *
 * @param {string} digits
 */
function passesLuhn(digits) {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits.at(-1 - place));
    const weighted = place % 2 === 1 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return digits.length > 1 && sum % 10 === 0;
}

/** @param {string} text digits, spaces and hyphens */
export function isCardNumber(text) {
  const digits = text.replace(/[\s-]/gu, '');
  return /^[0-9]{13,19}$/u.test(digits) && passesLuhn(digits);
}

/**
 * A card is good through the last day of its month in Seoul.
 *
 * @param {string} text `MM/YY`
 * @param {string} today `YYYY-MM-DD` in Seoul
 * @returns {'good' | 'past' | 'malformed'}
 */
export function checkExpiry(text, today) {
  const match = /^(0[1-9]|1[0-2])\/([0-9]{2})$/u.exec(text);
  if (match === null) return 'malformed';
  return `20${match[2]}-${match[1]}` < today.slice(0, 7) ? 'past' : 'good';
}
