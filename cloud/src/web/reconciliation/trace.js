// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { fact } from '../../../../shared/src/web/fact.js';
import { formatMoment, formatWon } from '../../../../shared/src/web/format.js';
import { say } from '../../../../shared/src/web/language.js';
import { nameParty, states } from '../settlement/words.js';

/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Reconciliation} Reconciliation */
/** @typedef {import('@scanpay/shared/api/reconciliation.ts').PaymentTrace} PaymentTrace */

const kinds = {
  sale: { ko: '매출', en: 'Sale' },
  cancel: { ko: '취소', en: 'Cancel' },
  reversal: { ko: '망취소', en: 'Undone' },
};

/** @param {Reconciliation['companies'][number]} company */
export function makeTrace({ company, trace, problem }) {
  const title = el('h3', {}, say(nameParty(company)));
  if (problem !== null) {
    const words = { ko: '응답하지 않습니다.', en: 'Does not answer.' };
    return el(
      'article',
      { class: 'trace card', 'data-company': company },
      title,
      el('p', { class: 'problem' }, say(words), ` (${problem})`),
    );
  }
  if (trace === null) {
    const words = { ko: '이 장부에는 없는 결제입니다.', en: 'Not in this book.' };
    return el(
      'article',
      { class: 'trace card', 'data-company': company },
      title,
      el('p', { class: 'hint' }, say(words)),
    );
  }
  return el(
    'article',
    { class: 'trace card', 'data-company': company },
    title,
    el(
      'dl',
      { class: 'facts' },
      fact(
        { ko: '계약 버전', en: 'Contract version' },
        trace.contractVersion === null ? '–' : String(trace.contractVersion),
      ),
    ),
    ...trace.entries.map(makeEntry),
    ...trace.statements.map(makeStatement),
  );
}

/** @param {PaymentTrace['entries'][number]} entry */
function makeEntry({ seq, kind, businessDate, atMs, postings, hash }) {
  const words = kinds[kind];
  return el(
    'table',
    {},
    el('caption', {}, `#${seq} ${say(words)} · ${businessDate} · ${formatMoment(atMs)}`),
    el(
      'tbody',
      {},
      ...postings.map(({ name, amountWon }) =>
        el(
          'tr',
          {},
          el('th', { scope: 'row' }, say(name)),
          el('td', { class: 'number amount-cell' }, formatWon(amountWon)),
        ),
      ),
      el('tr', {}, el('td', { class: 'code hash', colspan: '2', title: hash }, hash)),
    ),
  );
}

/** @param {PaymentTrace['statements'][number]} statement */
function makeStatement({ statementId, hop, sender, receiver, state, payableWon, paidWon, payoutDate, transferId }) {
  const { name, look } = states[state] ?? { name: { ko: state, en: state }, look: '' };
  return el(
    'div',
    { 'data-statement': statementId },
    el(
      'p',
      {},
      el('b', {}, `${hop} ${say(nameParty(sender))} → ${say(nameParty(receiver))} `),
      el('span', { class: `chip ${look}` }, say(name)),
    ),
    el(
      'dl',
      { class: 'facts' },
      fact({ ko: '정산 금액', en: 'Payable' }, formatWon(payableWon)),
      fact({ ko: '지급한 금액', en: 'Paid' }, formatWon(paidWon)),
      payoutDate !== null && fact({ ko: '지급일', en: 'Paid from' }, payoutDate),
      transferId !== null && fact({ ko: '이체', en: 'Transfer' }, `…${transferId.slice(-8)}`),
    ),
  );
}
