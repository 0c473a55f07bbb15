// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { formatWon } from '../../../../shared/src/web/format.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { say } from '../../../../shared/src/web/language.js';

/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

/**
 * Accounts with debit (차변) and credit (대변) in columns of their own, both summed up: what a bookkeeper looks at first
 * is whether they are the same.
 *
 * @param {readonly { code?: string, name: Words, amountWon: number }[]} lines debit positive
 * @param {string} [caption]
 */
export function makeLedgerTable(lines, caption) {
  const debitWon = lines.reduce((sum, { amountWon }) => sum + Math.max(0, amountWon), 0);
  const creditWon = lines.reduce((sum, { amountWon }) => sum + Math.max(0, -amountWon), 0);
  const isBalanced = debitWon === creditWon;
  const heads = [
    el('th', { scope: 'col' }, say({ ko: '계정과목', en: 'Account' })),
    el('th', { scope: 'col', class: 'amount-cell' }, say({ ko: '차변', en: 'Debit' })),
    el('th', { scope: 'col', class: 'amount-cell' }, say({ ko: '대변', en: 'Credit' })),
  ];
  return el(
    'table',
    { class: 'ledger' },
    caption !== undefined && el('caption', {}, caption),
    el('thead', {}, el('tr', {}, ...heads)),
    el('tbody', {}, ...lines.map(makeLine)),
    el(
      'tfoot',
      {},
      el(
        'tr',
        { class: isBalanced ? 'sum-good' : 'sum-bad' },
        el('th', { scope: 'row' }, icon(isBalanced ? 'check' : 'alert'), say({ ko: '합계', en: 'Sum' })),
        makeAmount(debitWon),
        makeAmount(creditWon),
      ),
    ),
  );
}

/** @param {{ code?: string, name: Words, amountWon: number }} line */
function makeLine({ code, name, amountWon }) {
  return el(
    'tr',
    { class: amountWon === 0 && 'nil' },
    el('th', { scope: 'row' }, code !== undefined && el('span', { class: 'code' }, code), ' ', say(name)),
    amountWon > 0 ? makeAmount(amountWon) : makeNone(amountWon === 0),
    amountWon < 0 ? makeAmount(-amountWon) : makeNone(amountWon === 0),
  );
}

/** @param {number} won */
const makeAmount = (won) => el('td', { class: 'number amount-cell' }, formatWon(won));
/** @param {boolean} isNil */
const makeNone = (isNil) => el('td', { class: 'amount-cell' }, isNil ? '–' : '');
