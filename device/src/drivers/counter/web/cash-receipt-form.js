// @ts-check
import { byId } from '../../../../../shared/src/web/dom.js';
import { onLanguage, say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */

const maxDigits = 19;
/** @type {Record<string, { label: Words, example: string, missing: Words }>} */
const purposes = {
  'income-deduction': {
    label: { ko: '휴대폰 번호 또는 현금영수증 카드', en: 'Mobile number or cash receipt card' },
    example: '010-0000-0000',
    missing: {
      ko: '휴대폰 번호나 현금영수증 카드번호를 입력하세요.',
      en: 'Enter a mobile or cash receipt card number.',
    },
  },
  'business-expense': {
    label: { ko: '사업자등록번호', en: 'Business number' },
    example: '000-00-00000',
    missing: { ko: '사업자등록번호 10자리를 입력하세요.', en: 'Enter the ten digits of the business number.' },
  },
};

/** @param {string} text */
const digitsOf = (text) => text.replace(/[^0-9]/gu, '').slice(0, maxDigits);

/**
 * As people read it out: 010-1234-5678, 123-45-67890; a card in fours.
 *
 * @param {string} digits
 * @param {string} purpose
 */
function group(digits, purpose) {
  if (purpose === 'business-expense') return join(digits, [3, 2, 5]);
  if (digits.startsWith('01') && digits.length <= 11) return join(digits, digits.length === 10 ? [3, 3, 4] : [3, 4, 4]);
  return join(digits, [4, 4, 4, 4, 3]);
}

/**
 * @param {string} digits
 * @param {number[]} sizes
 */
function join(digits, sizes) {
  /** @type {string[]} */
  const parts = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(digits.slice(at, at + size));
    at += size;
  }
  parts.push(digits.slice(at));
  return parts.filter((part) => part !== '').join('-');
}

/**
 * The part of the sale form for a cash receipt (현금영수증); shown with cash alone, where the operator issues them.
 *
 * @param {HTMLFormElement} form
 */
export function setUpCashReceipt(form) {
  const part = byId('cash-receipt', HTMLFieldSetElement);
  const field = byId('receipt-field', HTMLElement);
  const label = byId('receipt-label', HTMLLabelElement);
  const number = byId('receipt-number', HTMLInputElement);
  let isTaken = false;

  const purpose = () => String(new FormData(form).get('receiptPurpose') ?? '');
  const isCash = () => new FormData(form).get('tender') === 'cash';
  const show = () => {
    part.hidden = !isTaken || !isCash();
    const chosen = purposes[purpose()];
    field.hidden = chosen === undefined;
    if (chosen === undefined) return;
    label.textContent = say(chosen.label);
    number.placeholder = chosen.example;
    write(number.value);
  };
  /** @param {string} text */
  const write = (text) => {
    number.value = group(digitsOf(text), purpose());
  };
  number.addEventListener('input', () => write(number.value));
  form.addEventListener('change', (event) => {
    show();
    const { target } = event;
    if (target instanceof HTMLInputElement && target.name === 'receiptPurpose' && !field.hidden) number.focus();
  });
  form.addEventListener('reset', () => queueMicrotask(show));
  onLanguage(show);
  show();

  return {
    number,
    /** @param {string} key of the keypad */
    type(key) {
      const digits = digitsOf(number.value);
      write(key === 'erase' ? digits.slice(0, -1) : digits + key);
    },
    /** @param {boolean} takesCashReceipts */
    allow(takesCashReceipts) {
      if (isTaken === takesCashReceipts) return;
      isTaken = takesCashReceipts;
      show();
    },
    /** What the sale asks for; `missing`: a number was wanted and none entered. */
    read() {
      const chosen = part.hidden ? undefined : purposes[purpose()];
      if (chosen === undefined) return {};
      if (digitsOf(number.value).length < 10) return { missing: chosen.missing };
      return { entry: { cashReceipt: { purpose: purpose(), number: number.value } } };
    },
  };
}
