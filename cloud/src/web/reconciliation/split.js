// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { formatWon } from '../../../../shared/src/web/format.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { say } from '../../../../shared/src/web/language.js';
import { makeTable, makeTableFrame } from '../../../../shared/src/web/table.js';
import { nameParty } from '../settlement/words.js';

/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Reconciliation} Reconciliation */
/** @typedef {import('@scanpay/shared/api/reconciliation.ts').PaymentTrace} PaymentTrace */
/** @typedef {PaymentTrace['entries'][number]['split']} Split */

/** @type {readonly { part: keyof Split, words: import('../../../../shared/src/web/language.js').Words }[]} */
const parts = [
  { part: 'chargedWon', words: { ko: '고객 결제액', en: 'Paid by the customer' } },
  { part: 'cardFeeWon', words: { ko: '카드사 수수료', en: 'Fee of the card company' } },
  { part: 'pgFeeWon', words: { ko: 'PG사 수수료', en: 'Fee of the PG' } },
  { part: 'operatorFeeWon', words: { ko: '운영사 수수료', en: 'Fee of the operator' } },
  { part: 'merchantShareWon', words: { ko: '가맹점 몫', en: 'Share of the shop' } },
];

/** The card company divides a payment into its own fee and the rest, and does not know what becomes of that. */
const knownToCard = new Set(['chargedWon', 'cardFeeWon']);

/**
 * What is left of a part after all entries: a refund, or a sale undone, takes away what it names.
 *
 * @param {PaymentTrace} trace
 * @param {keyof Split} part
 * @returns {number | null} null: this company does not know
 */
const sumOf = ({ company, entries }, part) =>
  company === 'card' && !knownToCard.has(part)
    ? null
    : entries.reduce((sum, { kind, split }) => sum + (kind === 'sale' ? split[part] : -split[part]), 0);

/**
 * Where every won of a payment is, by the book of each company that knows, after refunds: side by side, and whether they
 * agree. Undefined where no book has it.
 *
 * @param {Reconciliation} reconciliation
 */
export function makeSplitTable({ companies }) {
  const traces = companies.flatMap(({ trace }) => (trace === null ? [] : [trace]));
  if (traces.length === 0) return undefined;
  const heads = [
    { ko: '환불을 뺀 금액', en: 'After refunds' },
    ...traces.map(({ company }) => ({ ...bookOf(company), amount: true })),
    { ko: '확인', en: 'Checked' },
  ];
  const rows = parts.map(({ part, words }) => {
    const sums = traces.map((trace) => sumOf(trace, part));
    const known = sums.filter((won) => won !== null);
    return el(
      'tr',
      { class: part === 'chargedWon' && 'whole' },
      el('th', { scope: 'row' }, say(words)),
      ...sums.map((won) => el('td', { class: 'number' }, won === null ? '–' : formatWon(won))),
      el('td', {}, known.length < 2 ? oneBook() : makeChip(new Set(known).size === 1)),
    );
  });
  return makeTableFrame({ ko: '이 결제의 금액', en: 'Amounts of this payment' }, makeTable(heads, rows));
}

/** @param {string} company */
function bookOf(company) {
  const { ko, en } = nameParty(company);
  return { ko: `${ko} 장부`, en: `Book of the ${en}` };
}

const oneBook = () => el('span', { class: 'hint' }, say({ ko: '장부 하나뿐', en: 'one book only' }));

/** @param {boolean} isSame */
const makeChip = (isSame) =>
  el(
    'span',
    { class: `chip ${isSame ? 'chip-good' : 'chip-bad'}` },
    icon(isSame ? 'check' : 'alert'),
    say(isSame ? { ko: '일치', en: 'same' } : { ko: '다름', en: 'differs' }),
  );
