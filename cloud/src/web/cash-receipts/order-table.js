// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { formatMoment, formatWon } from '../../../../shared/src/web/format.js';
import { say } from '../../../../shared/src/web/language.js';
import { shortId } from '../../../../shared/src/web/statement-lines.js';
import { makeTable } from '../../../../shared/src/web/table.js';
import { nameOrder, namePurpose, states } from './words.js';

/** @typedef {import('@scanpay/shared/api/cash-receipt.ts').CashReceiptRow} CashReceiptRow */

const heads = [
  { ko: '결제', en: 'Payment' },
  { ko: '가맹점', en: 'Shop' },
  { ko: '할 일', en: 'To do' },
  { ko: '고객 번호', en: 'Customer’s number' },
  { ko: '금액', en: 'Amount', amount: true },
  { ko: '상태', en: 'State' },
  { ko: '처리', en: 'Do' },
];

/**
 * @param {readonly CashReceiptRow[]} orders
 * @param {(order: CashReceiptRow, button: HTMLButtonElement) => void} onRetry
 */
export function makeOrderTable(orders, onRetry) {
  if (orders.length === 0) {
    const words = { ko: '실패한 현금영수증이 없습니다.', en: 'No cash receipt has failed.' };
    return el('p', { class: 'nothing' }, say(words));
  }
  return makeTable(
    heads,
    orders.map((order) => makeRow(order, onRetry)),
  );
}

/**
 * @param {CashReceiptRow} order
 * @param {(order: CashReceiptRow, button: HTMLButtonElement) => void} onRetry
 */
function makeRow(order, onRetry) {
  const { orderId, paymentId, merchantName, deviceId, numberMasked, amountWon, atMs } = order;
  return el(
    'tr',
    { 'data-order': orderId },
    el(
      'th',
      { scope: 'row' },
      el('span', { class: 'code', title: paymentId }, shortId(paymentId)),
      el('span', { class: 'small number' }, formatMoment(atMs)),
    ),
    el('td', {}, merchantName, el('span', { class: 'small' }, deviceId)),
    el('td', {}, say(nameOrder(order))),
    el('td', { class: 'number' }, numberMasked, el('span', { class: 'small' }, say(namePurpose(order)))),
    el('td', { class: 'number' }, formatWon(amountWon)),
    el('td', { class: 'words' }, ...describeState(order)),
    el('td', {}, order.state === 'failed' && makeRetryButton(order, onRetry)),
  );
}

/** @param {CashReceiptRow} order */
function describeState({ kind, state, reason, code, tries, changedAtMs, approvalNumber }) {
  const { words, look } = states[kind][state];
  const times = { ko: `${tries}번 시도`, en: `${tries} ${tries === 1 ? 'try' : 'tries'}` };
  return [
    el('span', { class: `chip ${look}` }, say(words)),
    reason !== null && el('strong', {}, say(reason)),
    approvalNumber !== null &&
      el('strong', {}, say({ ko: '국세청 승인번호 ', en: 'Tax service no. ' }), approvalNumber),
    el('span', { class: 'small' }, [code, say(times), formatMoment(changedAtMs)].filter(Boolean).join(' · ')),
  ];
}

/**
 * @param {CashReceiptRow} order
 * @param {(order: CashReceiptRow, button: HTMLButtonElement) => void} onRetry
 */
function makeRetryButton(order, onRetry) {
  const words = say({ ko: '다시 시도', en: 'Try again' });
  /** @type {HTMLButtonElement} */
  const button = el(
    'button',
    {
      id: `retry-${order.orderId}`,
      type: 'button',
      class: 'button row-button',
      'aria-label': `${words}: ${order.merchantName} ${order.numberMasked} ${formatWon(order.amountWon)}`,
      onclick: () => onRetry(order, button),
    },
    words,
  );
  return button;
}
