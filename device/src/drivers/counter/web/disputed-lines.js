// @ts-check
import { ask } from '../../../../../shared/src/web/ask.js';
import { el } from '../../../../../shared/src/web/dom.js';
import { formatMoment, formatWon } from '../../../../../shared/src/web/format.js';
import { say } from '../../../../../shared/src/web/language.js';
import { nameOutcome } from '../../../../../shared/src/web/statement-faults.js';
import { isSameName, momentOfLine, nameLine } from '../../../../../shared/src/web/statement-lines.js';
import { act } from './act.js';

/** @typedef {import('@scanpay/shared/api/box.ts').BoxStatement} BoxStatement */
/** @typedef {BoxStatement['faults'][number]} StatementFault */
/** @typedef {import('@scanpay/shared/settlement/statement.ts').StatementLine} StatementLine */

const operator = { ko: '운영사', en: 'Operator' };
const shop = { ko: '우리 가게', en: 'This shop' };

/**
 * What became of a line in dispute, and the merchant's own way to end it: to take the operator's version.
 *
 * @param {BoxStatement} record
 * @param {StatementFault} fault
 * @param {() => Promise<void>} refresh
 */
export function makeDisputedLine({ statement, state, settled, accepting }, fault, refresh) {
  const line = fault.theirs ?? fault.ours;
  if (line === null || (state !== 'disputed' && state !== 'part-paid')) return [];
  const end = settled.find((each) => isSameName(each.line, line));
  if (end !== undefined) return makeEnd(end);
  if (accepting.some((each) => isSameName(each, line))) {
    return [el('span', { class: 'chip chip-open' }, say({ ko: '인정 전송 중', en: 'On its way' }))];
  }
  return makeOpen(statement.statementId, fault, line, refresh);
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
 * @param {StatementLine} line
 * @param {() => Promise<void>} refresh
 */
function makeOpen(statementId, { theirs }, line, refresh) {
  const { kind, paymentId, cancelId } = line;
  /** @type {HTMLButtonElement} */
  const button = el(
    'button',
    {
      id: `accept-${kind}-${cancelId ?? paymentId}`,
      type: 'button',
      class: 'button',
      onclick: () => void acceptLine(),
    },
    say({ ko: '운영사 기록 인정', en: "Take the operator's version" }),
  );
  return [el('span', { class: 'chip chip-bad' }, say({ ko: '협의 중', en: 'Open' })), button];

  async function acceptLine() {
    const isSure = await ask({
      title: { ko: '운영사 기록을 인정할까요?', en: "Take the operator's version?" },
      body: [
        el('p', {}, `${nameLine(line)} · ${momentOfLine(line)}`),
        el('p', {}, el('strong', {}, say(describeConsequence(theirs)))),
        el('p', {}, say({ ko: '되돌릴 수 없습니다.', en: 'This cannot be taken back.' })),
      ],
      yes: { ko: '인정', en: 'Accept' },
      no: { ko: '닫기', en: 'Close' },
    });
    const path = `statements/${statementId}/accept-line`;
    if (isSure && (await act(path, { line: { kind, paymentId, cancelId } }, { button }))) await refresh();
  }
}

/**
 * What it means for the shop's money to take the operator's version.
 *
 * @param {StatementLine | null} theirs
 * @returns {import('../../../../../shared/src/web/language.js').Words}
 */
function describeConsequence(theirs) {
  if (theirs === null) {
    return {
      ko: '운영사 기록에 없는 거래이므로 정산에서 빠지고, 지급되지 않습니다.',
      en: 'The operator has no such line: it is left out, and nothing is paid for it.',
    };
  }
  const amount = formatWon(Math.abs(theirs.payableWon));
  return theirs.payableWon < 0
    ? { ko: `${amount}을 다음 지급에서 뺍니다.`, en: `${amount} is taken from your next payout.` }
    : { ko: `${amount}을 다음 지급에 더합니다.`, en: `${amount} is added to your next payout.` };
}
