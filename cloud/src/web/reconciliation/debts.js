// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { formatWon } from '../../../../shared/src/web/format.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { say } from '../../../../shared/src/web/language.js';
import { makeTable, makeTableFrame } from '../../../../shared/src/web/table.js';
import { ownCompany } from '../settlement/books.js';
import { merchants, nameParty } from '../settlement/words.js';

/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Debt} Debt */
/** @typedef {'same' | 'differs' | 'one-book' | 'own-book' | 'no-answer'} Verdict */

const heads = [
  { ko: '줄 쪽', en: 'Owes' },
  { ko: '받을 쪽', en: 'Is owed' },
  { ko: '내용', en: 'For' },
  { ko: '줄 쪽 장부', en: 'Debtor’s book', amount: true },
  { ko: '받을 쪽 장부', en: 'Creditor’s book', amount: true },
  { ko: '확인', en: 'Checked' },
];

const nameOf = (/** @type {Debt['debtor']} */ party) => say(party === 'merchants' ? merchants : nameParty(party));

/** @param {Debt} debt @returns {Verdict} */
function judge({ debtor, creditor, debtorWon, creditorWon }) {
  if (debtorWon !== null && creditorWon !== null) return debtorWon === creditorWon ? 'same' : 'differs';
  const asked = debtor === 'merchants' ? creditorWon : debtorWon;
  const isOneBook = debtor === 'merchants' || creditor === 'merchants';
  if (isOneBook && asked !== null) return 'one-book';
  return ownCompany === null ? 'no-answer' : 'own-book';
}

/**
 * Whether all books agree, in one line, and what each pair owes.
 *
 * @param {readonly Debt[]} debts
 */
export function makeDebts(debts) {
  return [makeSummary(debts), makeTableFrame({ ko: '미결제 잔액', en: 'Debts' }, makeTable(heads, debts.map(makeRow)))];
}

/** @param {readonly Debt[]} debts */
function makeSummary(debts) {
  // One book alone cannot disagree with itself.
  if (ownCompany !== null) return undefined;
  const verdicts = debts.map(judge);
  const differing = verdicts.filter((verdict) => verdict === 'differs').length;
  if (differing > 0) {
    const words = {
      ko: `양쪽 장부가 다른 곳이 ${differing}군데 있습니다.`,
      en: `The two books differ in ${differing} ${differing === 1 ? 'place' : 'places'}.`,
    };
    return el('p', { class: 'verdict sum-bad' }, icon('alert'), say(words));
  }
  if (verdicts.includes('no-answer')) {
    const words = { ko: '응답하지 않는 회사가 있어 모두 확인할 수 없습니다.', en: 'A company does not answer.' };
    return el('p', { class: 'verdict sum-bad' }, icon('alert'), say(words));
  }
  const words = { ko: '세 회사의 장부가 모두 일치합니다.', en: 'The books of all three companies agree.' };
  return el('p', { class: 'verdict sum-good' }, icon('check'), say(words));
}

/** @param {Debt} debt */
function makeRow(debt) {
  const { debtor, creditor, what, debtorWon, creditorWon } = debt;
  return el(
    'tr',
    { class: (debtorWon ?? 0) === 0 && (creditorWon ?? 0) === 0 && 'nil' },
    el('th', { scope: 'row' }, nameOf(debtor)),
    el('td', {}, nameOf(creditor)),
    el('td', { class: 'words' }, say(what)),
    makeAmount(debtorWon),
    makeAmount(creditorWon),
    el('td', {}, makeVerdict(debt)),
  );
}

const makeAmount = (/** @type {number | null} */ won) =>
  el('td', { class: 'number' }, won === null ? '–' : formatWon(won));

/** @param {Debt} debt */
function makeVerdict(debt) {
  const verdict = judge(debt);
  if (verdict === 'one-book') {
    return el('span', { class: 'hint' }, say({ ko: '가맹점은 장부 없음', en: 'shops keep no book' }));
  }
  if (verdict === 'own-book') {
    return el('span', { class: 'hint' }, say({ ko: '상대 장부는 정산서로 확인', en: 'the other side’s by statement' }));
  }
  if (verdict === 'no-answer') {
    return el('span', { class: 'chip chip-care' }, say({ ko: '응답 없음', en: 'no answer' }));
  }
  const isSame = verdict === 'same';
  const apart = formatWon(Math.abs((debt.debtorWon ?? 0) - (debt.creditorWon ?? 0)));
  const words = isSame ? { ko: '일치', en: 'same' } : { ko: `${apart} 다름`, en: `${apart} apart` };
  return el(
    'span',
    { class: `chip ${isSame ? 'chip-good' : 'chip-bad'}` },
    icon(isSame ? 'check' : 'alert'),
    say(words),
  );
}
