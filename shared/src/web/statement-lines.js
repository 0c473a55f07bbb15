// @ts-check
import { el } from './dom.js';
import { formatMoment, formatWon } from './format.js';
import { say } from './language.js';
import { makeTable, makeTableFrame } from './table.js';

/** @typedef {import('@scanpay/shared/settlement/statement.ts').StatementLine} StatementLine */
/** @typedef {import('@scanpay/shared/settlement/statement.ts').StatementFault} StatementFault */
/** @typedef {import('@scanpay/shared/settlement/line-act.ts').LineName} LineName */

const kinds = {
  sale: { ko: '매출', en: 'Sale' },
  cancel: { ko: '취소', en: 'Cancel' },
  reversal: { ko: '망취소', en: 'Undone' },
};
const tenders = { card: { ko: '카드', en: 'Card' }, cash: { ko: '현금', en: 'Cash' } };
export const amountHeads = [
  { ko: '매출', en: 'Charged', amount: true },
  { ko: '수수료', en: 'Fee', amount: true },
  { ko: '정산', en: 'Payable', amount: true },
];

/** The end of the payment id, which differs from payment to payment; the whole one is in the title. */
export const shortId = (/** @type {string} */ paymentId) => `…${paymentId.slice(-8)}`;

/**
 * When a payment or cancel was begun, by the clock of its box: the first 48 bits of a UUIDv7 (RFC 9562, 5.7).
 *
 * @param {LineName} line
 */
export const momentOfLine = ({ paymentId, cancelId }) =>
  formatMoment(Number.parseInt((cancelId ?? paymentId).replace('-', '').slice(0, 12), 16));

/** @param {StatementLine} line */
export const amountsOf = ({ chargedWon, feeWon, payableWon }) =>
  [chargedWon, feeWon, payableWon].map((won) => el('td', { class: 'number' }, formatWon(won)));

/** @param {Pick<StatementLine, 'kind' | 'tender'>} line */
export const nameLine = ({ kind, tender }) => `${say(kinds[kind])} · ${say(tenders[tender])}`;

/**
 * @param {string} paymentId
 * @param {((paymentId: string) => string) | undefined} linkTo where more is known of a payment
 */
export function makePaymentName(paymentId, linkTo) {
  const attributes = { class: 'code', title: paymentId };
  return linkTo === undefined
    ? el('span', attributes, shortId(paymentId))
    : el('a', { ...attributes, href: linkTo(paymentId) }, shortId(paymentId));
}

/** A payment's sale stands before what was taken back of it. @param {StatementLine} a @param {StatementLine} b */
function byPayment(a, b) {
  const keyOf = (/** @type {StatementLine} */ line) => `${line.paymentId}${line.cancelId ?? ''}`;
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

/**
 * @param {readonly StatementLine[]} lines
 * @param {readonly StatementFault[]} faults
 * @param {(paymentId: string) => string} [linkTo]
 */
export function makeLineTable(lines, faults, linkTo) {
  const atFault = new Set(faults.flatMap(({ theirs }) => (theirs === null ? [] : [JSON.stringify(theirs)])));
  const rows = lines.toSorted(byPayment).map((line) => {
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
      el('td', {}, momentOfLine(line)),
      el('td', {}, makePaymentName(line.paymentId, linkTo)),
      ...amountsOf(line),
    );
  });
  const heads = [
    { ko: '거래', en: 'Line' },
    { ko: '시각', en: 'When' },
    { ko: '결제번호', en: 'Payment' },
    ...amountHeads,
  ];
  return makeTableFrame({ ko: '거래 목록', en: 'Lines' }, makeTable(heads, rows));
}

/**
 * @param {LineName} a
 * @param {LineName} b
 */
export const isSameName = (a, b) => a.kind === b.kind && a.paymentId === b.paymentId && a.cancelId === b.cancelId;
