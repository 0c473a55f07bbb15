// @ts-check
import { el } from '../../../../../shared/src/web/dom.js';
import { formatWon } from '../../../../../shared/src/web/format.js';
import { say } from '../../../../../shared/src/web/language.js';

const thousands = new Intl.NumberFormat('en-US');

/**
 * Asks how much is given back; filled with all that is left. What is entered beyond it the box refuses, and says why.
 *
 * @param {number} leftWon
 * @param {number} chargedWon
 */
export function makeRefundAmount(leftWon, chargedWon) {
  const input = el('input', {
    type: 'text',
    name: 'refund-amount',
    inputmode: 'numeric',
    autocomplete: 'off',
    maxlength: '13',
    value: thousands.format(leftWon),
  });
  const read = () => Number(input.value.replace(/[^0-9]/gu, '').slice(0, 10));
  input.addEventListener('input', () => {
    input.value = read() === 0 ? '' : thousands.format(read());
  });
  const left =
    leftWon === chargedWon
      ? say({ ko: `전체 금액은 ${formatWon(leftWon)}입니다.`, en: `The whole amount is ${formatWon(leftWon)}.` })
      : say({
          ko: `${formatWon(chargedWon)} 중 ${formatWon(leftWon)}이 남았습니다.`,
          en: `${formatWon(leftWon)} of ${formatWon(chargedWon)} is left.`,
        });
  const field = el(
    'label',
    { class: 'field refund-amount' },
    el('span', { class: 'label' }, say({ ko: '취소할 금액', en: 'Amount to give back' })),
    input,
    el('span', { class: 'hint' }, left),
  );
  return { field, read };
}
