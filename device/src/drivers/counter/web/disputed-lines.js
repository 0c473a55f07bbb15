// @ts-check
import { ask } from '../../../../../shared/src/web/ask.js';
import { el } from '../../../../../shared/src/web/dom.js';
import { formatMoment, formatWon } from '../../../../../shared/src/web/format.js';
import { say } from '../../../../../shared/src/web/language.js';
import { isSameName, nameOutcome, shortId } from '../../../../../shared/src/web/statement-lines.js';
import { act } from './act.js';

/** @typedef {import('@scanpay/shared/api/box.ts').BoxStatement} BoxStatement */
/** @typedef {BoxStatement['faults'][number]} StatementFault */

const operator = { ko: '운영사', en: 'Operator' };
const shop = { ko: '우리 가게', en: 'This shop' };

/**
 * What became of each line in dispute, and the merchant's own way to end it: to take the operator's version.
 *
 * @param {BoxStatement} record
 * @param {() => Promise<void>} refresh
 */
export function makeDisputedLines(record, refresh) {
  const { statement, state, faults, settled, accepting } = record;
  if (state !== 'disputed' && state !== 'part-paid') return undefined;
  const rows = faults.flatMap((fault) => {
    const line = fault.theirs ?? fault.ours;
    if (line === null) return [];
    const end = settled.find((each) => isSameName(each.line, line));
    const isSending = accepting.some((each) => isSameName(each, line));
    return [
      el(
        'li',
        { class: 'disputed-line' },
        el('span', { class: 'code', title: line.paymentId }, shortId(line.paymentId)),
        ...(end === undefined ? makeOpen(statement.statementId, fault, isSending, refresh) : makeEnd(end)),
      ),
    ];
  });
  return rows.length === 0 ? undefined : el('ul', { class: 'disputed-lines' }, ...rows);
}

/** @param {BoxStatement['settled'][number]} end */
function makeEnd({ by, outcome, agreed, note, actedAtMs }) {
  return [
    el('span', { class: 'chip chip-good' }, say({ ko: '정리됨', en: 'Settled' })),
    el('b', {}, say(by === 'operator' ? operator : shop)),
    say(nameOutcome(outcome, agreed)),
    el('span', { class: 'number' }, formatWon(agreed?.payableWon ?? 0)),
    el('span', { class: 'hint' }, formatMoment(actedAtMs)),
    note !== '' && el('q', {}, note),
  ];
}

/**
 * @param {string} statementId
 * @param {StatementFault} fault
 * @param {boolean} isSending
 * @param {() => Promise<void>} refresh
 */
function makeOpen(statementId, fault, isSending, refresh) {
  if (isSending) return [el('span', { class: 'chip chip-open' }, say({ ko: '인정 전송 중', en: 'On its way' }))];
  const words = nameOutcome('accepted', fault.theirs);
  /** @type {HTMLButtonElement} */
  const button = el(
    'button',
    { type: 'button', class: 'button', onclick: () => void acceptLine() },
    say({ ko: '운영사 기록 인정', en: "Take the operator's version" }),
  );
  return [el('span', { class: 'chip chip-bad' }, say({ ko: '협의 중', en: 'Open' })), button];

  async function acceptLine() {
    const line = fault.theirs ?? fault.ours;
    if (line === null) return;
    const { kind, paymentId, cancelId } = line;
    const isSure = await ask({
      title: { ko: '운영사 기록을 인정할까요?', en: "Take the operator's version?" },
      body: [
        el('p', {}, `${say(words)} · ${formatWon(fault.theirs?.payableWon ?? 0)}`),
        el(
          'p',
          {},
          say({
            ko: '이 금액이 다음 지급에 더해집니다. 되돌릴 수 없습니다.',
            en: 'This amount is added to your next payout. It cannot be taken back.',
          }),
        ),
      ],
      yes: { ko: '인정', en: 'Accept' },
      no: { ko: '닫기', en: 'Close' },
    });
    const path = `statements/${statementId}/accept-line`;
    if (isSure && (await act(path, { line: { kind, paymentId, cancelId } }, { button }))) await refresh();
  }
}
