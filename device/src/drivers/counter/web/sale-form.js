// @ts-check

import { byId, el, fill } from '../../../../../shared/src/web/dom.js';
import { formatWon } from '../../../../../shared/src/web/format.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { onLanguage, say } from '../../../../../shared/src/web/language.js';
import { act } from './act.js';
import { setUpCashReceipt } from './cash-receipt-form.js';

/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */

/** As in shared/src/money.ts. */
const maxAmountWon = 1_000_000_000;
const maxHeadcount = 99;
const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '00', '0', 'erase'];
const thousands = new Intl.NumberFormat('en-US');

/** @param {string} text */
const digitsOf = (text) => text.replace(/[^0-9]/gu, '').replace(/^0+/u, '');

/** The form a sale is entered in; by touch, or by keyboard alone. */
export function setUpSaleForm() {
  const form = byId('sale', HTMLFormElement);
  const amount = byId('amount', HTMLInputElement);
  const headcount = byId('headcount', HTMLInputElement);
  const visitDate = byId('visit-date', HTMLInputElement);
  const problem = byId('sale-problem', HTMLElement);
  const start = byId('sale-start', HTMLButtonElement);
  const receipt = setUpCashReceipt(form);
  /** @type {HTMLInputElement} what the keypad writes into */
  let target = amount;

  byId('tender-card', HTMLElement).prepend(icon('card'));
  byId('tender-cash', HTMLElement).prepend(icon('cash'));
  for (const field of [amount, receipt.number]) {
    field.addEventListener('focus', () => {
      target.classList.remove('is-typed');
      target = field;
      field.classList.add('is-typed');
    });
  }
  fillKeypad(type);
  amount.addEventListener('input', () => write(digitsOf(amount.value)));
  byId('amount-clear', HTMLButtonElement).addEventListener('click', () => write(''));
  setUpHeadcount(headcount);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  onLanguage(showStart);
  showStart();

  return { allowCashReceipts: receipt.allow };

  /** @param {string} key */
  function type(key) {
    if (target === receipt.number && receipt.number.checkVisibility()) return receipt.type(key);
    const digits = digitsOf(amount.value);
    write(key === 'erase' ? digits.slice(0, -1) : digits + key);
  }

  /** @param {string} digits */
  function write(digits) {
    const number = Math.min(Number(digitsOf(digits)), maxAmountWon);
    amount.value = number === 0 ? '' : thousands.format(number);
    fill(problem);
    showStart();
  }

  function showStart() {
    const number = Number(digitsOf(amount.value));
    const words = say({ ko: '쿠폰 스캔하기', en: 'Scan the coupon' });
    fill(start, icon('scan'), el('span', {}, words), number > 0 && el('span', { class: 'number' }, formatWon(number)));
  }

  async function submit() {
    const listAmountWon = Number(digitsOf(amount.value));
    const people = Number(headcount.value);
    if (listAmountWon === 0) return complain({ ko: '금액을 입력하세요.', en: 'Enter the amount.' }, amount);
    if (!(people >= 1)) return complain({ ko: '인원을 입력하세요.', en: 'Enter the number of people.' }, headcount);
    const { entry = {}, missing } = receipt.read();
    if (missing !== undefined) return complain(missing, receipt.number);
    const sale = {
      tender: new FormData(form).get('tender'),
      listAmountWon,
      headcount: people,
      ...(visitDate.value === '' ? {} : { visitDate: visitDate.value }),
      ...entry,
    };
    const isTaken = await act('sale', sale, {
      button: start,
      onRefused: (words, code) =>
        complain(words, code === 'cash_receipt_number_invalid' ? receipt.number : start, code),
    });
    if (isTaken) form.reset();
    if (isTaken) target = amount;
    if (isTaken) write('');
  }
}

/**
 * @param {Words} words
 * @param {HTMLElement} where
 * @param {string} [code]
 */
function complain(words, where, code) {
  fill(
    byId('sale-problem', HTMLElement),
    icon('alert'),
    el('span', {}, say(words), ' ', code !== undefined && el('span', { class: 'code' }, code)),
  );
  where.focus();
}

/** @param {HTMLInputElement} headcount */
function setUpHeadcount(headcount) {
  /** @param {number} change */
  const count = (change) => {
    headcount.value = String(Math.min(maxHeadcount, Math.max(1, Number(headcount.value) + change)));
  };
  byId('headcount-less', HTMLButtonElement).addEventListener('click', () => count(-1));
  byId('headcount-more', HTMLButtonElement).addEventListener('click', () => count(1));
  headcount.addEventListener('input', () => {
    headcount.value = headcount.value.replace(/[^0-9]/gu, '');
  });
}

/** @param {(key: string) => void} type */
function fillKeypad(type) {
  const keypad = byId('keypad', HTMLElement);
  const show = () => {
    const erase = say({ ko: '한 자리 지우기', en: 'Erase one digit' });
    const buttons = keys.map((key) =>
      el(
        'button',
        {
          type: 'button',
          class: 'key number',
          'data-key': key,
          'aria-label': key === 'erase' && erase,
          onclick: () => type(key),
        },
        key === 'erase' ? icon('erase') : key,
      ),
    );
    fill(keypad, ...buttons);
  };
  onLanguage(show);
  show();
}
