// @ts-check
import { el } from './dom.js';
import { formatWon } from './format.js';
import { say } from './language.js';
import { makeTable, makeTableFrame } from './table.js';

/** @typedef {import('@scanpay/shared/settlement/statement.ts').StatementLine} StatementLine */
/** @typedef {import('@scanpay/shared/settlement/statement.ts').StatementFault} StatementFault */
/** @typedef {import('./language.js').Words} Words */
/** @typedef {import('./dom.js').Child} Child */

const kinds = {
  sale: { ko: '매출', en: 'Sale' },
  cancel: { ko: '취소', en: 'Cancel' },
  reversal: { ko: '망취소', en: 'Undone' },
};
const tenders = { card: { ko: '카드', en: 'Card' }, cash: { ko: '현금', en: 'Cash' } };
const amountHeads = [
  { ko: '매출', en: 'Charged', amount: true },
  { ko: '수수료', en: 'Fee', amount: true },
  { ko: '정산', en: 'Payable', amount: true },
];

/** The end of the payment id, which differs from payment to payment; the whole one is in the title. */
export const shortId = (/** @type {string} */ paymentId) => `…${paymentId.slice(-8)}`;

/** @param {StatementLine} line */
const amounts = ({ chargedWon, feeWon, payableWon }) =>
  [chargedWon, feeWon, payableWon].map((won) => el('td', { class: 'number' }, formatWon(won)));

/** @param {StatementLine} line */
const nameLine = ({ kind, tender }) => `${say(kinds[kind])} · ${say(tenders[tender])}`;

/**
 * @param {readonly StatementLine[]} lines
 * @param {readonly StatementFault[]} faults
 */
export function makeLineTable(lines, faults) {
  const atFault = new Set(faults.flatMap(({ theirs }) => (theirs === null ? [] : [JSON.stringify(theirs)])));
  const rows = lines.map((line) => {
    const isAtFault = atFault.has(JSON.stringify(line));
    return el(
      'tr',
      { class: isAtFault && 'at-fault' },
      el(
        'td',
        {},
        nameLine(line),
        isAtFault && el('span', { class: 'chip chip-bad' }, say({ ko: '다름', en: 'differs' })),
      ),
      el('td', { class: 'code', title: line.paymentId }, shortId(line.paymentId)),
      ...amounts(line),
    );
  });
  const heads = [{ ko: '거래', en: 'Line' }, { ko: '결제번호', en: 'Payment' }, ...amountHeads];
  return makeTableFrame({ ko: '거래 목록', en: 'Lines' }, makeTable(heads, rows));
}

/**
 * Each line both sides see differently, one below the other.
 *
 * @param {readonly StatementFault[]} faults
 * @param {{ theirs: Words, ours: Words }} sides whose records these are
 */
export function makeFaultTable(faults, sides) {
  const pairs = faults.map(({ theirs, ours }) => [makeSide(sides.theirs, theirs), makeSide(sides.ours, ours)]);
  const heads = [{ ko: '기록', en: 'Record of' }, { ko: '거래', en: 'Line' }, ...amountHeads];
  return makeTableFrame({ ko: '일치하지 않는 거래', en: 'Lines that differ' }, makeTable(heads, ...pairs));
}

/**
 * @param {Words} side
 * @param {StatementLine | null} line
 */
function makeSide(side, line) {
  const name = el('th', { scope: 'row' }, say(side));
  if (line === null) {
    return el(
      'tr',
      {},
      name,
      el('td', { colspan: '4', class: 'no-line' }, say({ ko: '기록 없음', en: 'no such line' })),
    );
  }
  return el(
    'tr',
    {},
    name,
    el('td', { title: line.paymentId }, nameLine(line), ' ', el('span', { class: 'code' }, shortId(line.paymentId))),
    ...amounts(line),
  );
}

/**
 * @param {import('@scanpay/shared/settlement/line-act.ts').LineName} a
 * @param {import('@scanpay/shared/settlement/line-act.ts').LineName} b
 */
export const isSameName = (a, b) => a.kind === b.kind && a.paymentId === b.paymentId && a.cancelId === b.cancelId;

/**
 * How a disputed line ends: its receiver accepts it, or its sender corrects or withdraws it.
 *
 * @param {import('@scanpay/shared/settlement/line-act.ts').LineOutcome} outcome
 * @param {StatementLine | null} agreed
 * @returns {Words}
 */
export function nameOutcome(outcome, agreed) {
  if (outcome === 'accepted') {
    return agreed === null
      ? { ko: '상대 의견대로 거래 제외', en: 'takes it that there is no such line' }
      : { ko: '상대 금액 인정', en: 'accepts the line as stated' };
  }
  return agreed === null
    ? { ko: '거래 철회', en: 'withdraws the line' }
    : { ko: '상대 금액으로 정정', en: 'corrects the line' };
}
