// @ts-check
import { el } from '../../../../../shared/src/web/dom.js';
import { formatWon } from '../../../../../shared/src/web/format.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('@scanpay/shared/cash-receipt/cash-receipt.ts').CashReceiptView} CashReceiptView */
/** @typedef {import('@scanpay/shared/cash-receipt/cash-receipt.ts').CashReceiptOrder} CashReceiptOrder */
/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */

/** @type {Record<CashReceiptView['purpose'], Words>} */
const purposes = {
  'income-deduction': { ko: '소득공제', en: 'income deduction' },
  'business-expense': { ko: '지출증빙', en: 'business expense' },
};
const selfIssued = { ko: '자진발급', en: 'issued by the shop itself' };

/** @type {Record<CashReceiptOrder['kind'], Record<CashReceiptOrder['state'], { words: Words, look: string }>>} */
const states = {
  issue: {
    requested: { words: { ko: '발급 요청 중', en: 'Being issued' }, look: 'chip-brand' },
    issued: { words: { ko: '발급 완료', en: 'Issued' }, look: 'chip-good' },
    failed: { words: { ko: '발급 실패', en: 'Not issued' }, look: 'chip-bad' },
    dropped: { words: { ko: '발급하지 않음', en: 'None needed' }, look: '' },
  },
  cancel: {
    requested: { words: { ko: '취소 요청 중', en: 'Being cancelled' }, look: 'chip-brand' },
    issued: { words: { ko: '취소 완료', en: 'Cancelled' }, look: 'chip-good' },
    failed: { words: { ko: '취소 실패', en: 'Not cancelled' }, look: 'chip-bad' },
    dropped: { words: { ko: '취소할 것 없음', en: 'Nothing to cancel' }, look: '' },
  },
};
const failureAdvice = {
  ko: '운영사가 확인하고 다시 처리합니다. 고객의 번호가 맞는지 확인해 주세요.',
  en: 'The operator looks after it. Check the number with the customer.',
};

/** @param {{ purpose: CashReceiptView['purpose'], selfIssued?: boolean }} receipt */
export const receiptWords = ({ purpose, selfIssued: isOwn = false }) => ({
  ko: `현금영수증(${isOwn ? selfIssued.ko : purposes[purpose].ko})`,
  en: `Cash receipt (${isOwn ? selfIssued.en : purposes[purpose].en})`,
});

/** @param {CashReceiptOrder} order */
function makeReceiptChip({ kind, state }) {
  const { words, look } = states[kind][state];
  return el('span', { class: `chip ${look}` }, say(words));
}

/**
 * The cash receipt of a payment: whom it names, and what became of it.
 *
 * @param {CashReceiptView} view
 */
export function describeCashReceipt(view) {
  const hasFailed = view.orders.some(({ state }) => state === 'failed');
  return el(
    'div',
    { class: 'cash-receipt-facts' },
    el(
      'p',
      { class: 'cash-receipt-name' },
      icon('receipt'),
      el('strong', {}, say(receiptWords(view))),
      el('span', { class: 'number' }, view.numberMasked),
    ),
    ...view.orders.map((order) =>
      el(
        'p',
        { class: 'cash-receipt-order' },
        makeReceiptChip(order),
        order.kind === 'cancel' && el('span', { class: 'number' }, formatWon(-order.amountWon)),
        order.approvalNumber &&
          el(
            'span',
            {},
            say({ ko: '국세청 승인번호 ', en: 'Tax service no. ' }),
            el('span', { class: 'number' }, order.approvalNumber),
          ),
        order.code && el('span', { class: 'code' }, order.code),
      ),
    ),
    hasFailed && el('p', { class: 'problem' }, icon('alert'), el('span', {}, say(failureAdvice))),
  );
}
