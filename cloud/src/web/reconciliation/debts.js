// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { formatWon } from '../../../../shared/src/web/format.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { say } from '../../../../shared/src/web/language.js';
import { merchants, nameParty } from '../settlement/words.js';

/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Debt} Debt */

const nameOf = (/** @type {Debt['debtor']} */ party) => say(party === 'merchants' ? merchants : nameParty(party));

/** @param {readonly Debt[]} debts */
export function makeDebtTable(debts) {
  const heads = [
    { ko: '줄 쪽', en: 'Owes' },
    { ko: '받을 쪽', en: 'Is owed' },
    { ko: '내용', en: 'For' },
    { ko: '줄 쪽 장부', en: 'By the book of who owes' },
    { ko: '받을 쪽 장부', en: 'By the book of who is owed' },
    { ko: '일치', en: 'Same' },
  ];
  return el(
    'div',
    { class: 'table-frame', tabindex: '0', role: 'region', 'aria-label': say({ ko: '미결제 잔액', en: 'Debts' }) },
    el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col' }, say(head))))),
      el('tbody', {}, ...debts.map(makeRow)),
    ),
  );
}

/** @param {Debt} debt */
function makeRow({ debtor, creditor, what, debtorWon, creditorWon }) {
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, nameOf(debtor)),
    el('td', {}, nameOf(creditor)),
    el('td', {}, say(what)),
    makeAmount(debtorWon),
    makeAmount(creditorWon),
    el('td', {}, makeVerdict(debtorWon, creditorWon)),
  );
}

const makeAmount = (/** @type {number | null} */ won) =>
  el('td', { class: 'number amount-cell' }, won === null ? '–' : formatWon(won));

/**
 * @param {number | null} a
 * @param {number | null} b
 */
function makeVerdict(a, b) {
  if (a === null || b === null) return say({ ko: '장부 하나', en: 'one book' });
  const isSame = a === b;
  const words = isSame ? { ko: '일치', en: 'same' } : { ko: '다름', en: 'differs' };
  return el(
    'span',
    { class: `chip ${isSame ? 'chip-good' : 'chip-bad'}` },
    icon(isSame ? 'check' : 'alert'),
    say(words),
  );
}
