// @ts-check

/**
 * Groups digits while they are typed, and leaves the caret behind the digit it was behind.
 *
 * @param {HTMLInputElement} input
 * @param {number} maxDigits
 * @param {(digits: string) => string} group
 */
export function groupDigits(input, maxDigits, group) {
  input.addEventListener('input', () => {
    const caret = input.selectionStart ?? input.value.length;
    const digitsBefore = input.value.slice(0, caret).replace(/[^0-9]/gu, '').length;
    const digits = input.value.replace(/[^0-9]/gu, '').slice(0, maxDigits);
    input.value = group(digits);
    let place = 0;
    for (let seen = 0; place < input.value.length && seen < digitsBefore; place++) {
      if (/[0-9]/u.test(input.value[place] ?? '')) seen++;
    }
    input.setSelectionRange(place, place);
  });
}

/** `0000 0000 0000 0000`, up to 19 digits. */
export const groupCardNumber = (/** @type {string} */ digits) => digits.replace(/([0-9]{4})(?=[0-9])/gu, '$1 ');

/** `MM/YY`; a month typed as one digit above 1 is taken as 02 to 09. */
export function groupExpiry(/** @type {string} */ digits) {
  const padded = /^[2-9]/u.test(digits) ? `0${digits}`.slice(0, 4) : digits;
  return padded.length > 2 ? `${padded.slice(0, 2)}/${padded.slice(2)}` : padded;
}

/** `010-1234-5678`, or with three digits in the middle. */
export function groupMobile(/** @type {string} */ digits) {
  const middle = digits.length > 10 ? 7 : 6;
  return [digits.slice(0, 3), digits.slice(3, middle), digits.slice(middle)].filter((part) => part !== '').join('-');
}
