// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { formatDay, formatWon } from '../../../../shared/src/web/format.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { say } from '../../../../shared/src/web/language.js';
import { makePaymentName, nameLine, shortId } from '../../../../shared/src/web/statement-lines.js';
import { makeTable, makeTableFrame } from '../../../../shared/src/web/table.js';
import { nameParty, states } from '../settlement/words.js';

/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Findings} Findings */

const eventHeads = [
  { ko: '영업일', en: 'Business date' },
  { ko: '거래', en: 'Line' },
  { ko: '결제번호', en: 'Payment' },
  { ko: '금액', en: 'Amount', amount: true },
];
const statementHeads = [
  { ko: '영업일', en: 'Business date' },
  { ko: '정산서', en: 'Statement' },
  { ko: '상태', en: 'State' },
  { ko: '이체', en: 'Transfer' },
  { ko: '정산 금액', en: 'Payable', amount: true },
];

/**
 * Several payments or statements that may be meant, to choose from.
 *
 * @param {Findings} findings
 */
export function makeFindings({ events, statements, isMore, problems }) {
  const more = { ko: '더 있습니다. 다른 번호로 찾아 보세요.', en: 'There is more: look by another number.' };
  return [
    ...problems.map(({ company, code }) =>
      el(
        'p',
        { class: 'problem' },
        icon('alert'),
        say({ ko: `${nameParty(company).ko}가 응답하지 않습니다.`, en: `${nameParty(company).en}: does not answer.` }),
        ` (${code})`,
      ),
    ),
    events.length > 0 &&
      makeTableFrame({ ko: '찾은 거래', en: 'Lines found' }, makeTable(eventHeads, events.map(makeEvent))),
    statements.length > 0 &&
      makeTableFrame(
        { ko: '찾은 정산서', en: 'Statements found' },
        makeTable(statementHeads, statements.map(makeStatement)),
      ),
    isMore && el('p', { class: 'hint' }, say(more)),
  ];
}

/** @param {Findings['events'][number]} event */
function makeEvent(event) {
  const { kind, businessDate, paymentId, chargedWon } = event;
  const name = makePaymentName(paymentId, (id) => `/reconciliation?payment=${id}`);
  return el(
    'tr',
    {},
    el('td', {}, formatDay(businessDate)),
    el('td', {}, nameLine(event)),
    el('td', {}, name),
    el('td', { class: 'number' }, formatWon(kind === 'sale' ? chargedWon : -chargedWon)),
  );
}

/** @param {Findings['statements'][number]} statement */
function makeStatement({ statementId, hop, sender, receiver, businessDate, state, payableWon, transferId }) {
  const { name, look } = states[state] ?? { name: { ko: state, en: state }, look: '' };
  const title = `${hop} ${say(nameParty(sender))} → ${say(nameParty(receiver))}`;
  const href = `/settlement?date=${businessDate}#statement-${statementId}`;
  return el(
    'tr',
    {},
    el('td', {}, formatDay(businessDate)),
    el('td', {}, el('a', { href, title: statementId }, title)),
    el('td', {}, el('span', { class: `chip ${look}` }, say(name))),
    el('td', { class: 'code', title: transferId ?? '' }, transferId === null ? '–' : shortId(transferId)),
    el('td', { class: 'number' }, formatWon(payableWon)),
  );
}
