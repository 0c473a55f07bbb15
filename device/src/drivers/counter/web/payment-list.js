// @ts-check
import { ask } from '../../../../../shared/src/web/ask.js';
import { byId, el, fill } from '../../../../../shared/src/web/dom.js';
import { formatMoment, formatWon } from '../../../../../shared/src/web/format.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { say } from '../../../../../shared/src/web/language.js';
import { act } from './act.js';
import { describeCashReceipt } from './cash-receipt-facts.js';
import { describeApproval } from './payment-facts.js';
import { makeEmptyNote, readRecords } from './records.js';
import { makeRefundAmount } from './refund-amount.js';

/** @typedef {import('@scanpay/shared/api/box.ts').PaymentRow} PaymentRow */
/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */

const partRefunded = { name: { ko: '일부 취소', en: 'Partly given back' }, look: 'chip-care' };
/** @type {Record<string, { name: Words, look: string }>} */
const states = {
  sent: { name: { ko: '처리 중', en: 'Working' }, look: 'chip-brand' },
  confirming: { name: { ko: '처리 중', en: 'Working' }, look: 'chip-brand' },
  recheck: { name: { ko: '확인 필요', en: 'To be checked' }, look: 'chip-care' },
  unknown: { name: { ko: '결과 미확인', en: 'Not known' }, look: 'chip-open' },
  reversing: { name: { ko: '되돌리는 중', en: 'Being undone' }, look: 'chip-open' },
  redeemed: { name: { ko: '오프라인 확인', en: 'Checked offline' }, look: 'chip-care' },
  approved: { name: { ko: '승인', en: 'Approved' }, look: 'chip-good' },
  declined: { name: { ko: '거절', en: 'Declined' }, look: 'chip-bad' },
  reversed: { name: { ko: '망취소', en: 'Undone' }, look: '' },
  cancelled: { name: { ko: '취소됨', en: 'Cancelled' }, look: '' },
};

export async function showPayments() {
  const list = byId('payments', HTMLElement);
  const reply = await readRecords(list, '/api/payments');
  if (reply === undefined) return;
  /** @type {PaymentRow[]} */
  const payments = reply.payments;
  if (payments.length === 0) return fill(list, makeEmptyNote({ ko: '아직 결제가 없습니다.', en: 'No payments yet.' }));
  fill(list, el('ul', { class: 'rows' }, ...payments.map(makeRow)));
}

/** @param {PaymentRow} payment */
function makeRow(payment) {
  const { state, tender, listAmountWon, declineCode, approval, refundedWon, cashReceipt, openedAtMs } = payment;
  const isPart = state === 'approved' && refundedWon > 0;
  const { name, look } = isPart ? partRefunded : (states[state] ?? { name: { ko: state, en: state }, look: '' });
  const amountWon = approval?.split.chargedWon ?? listAmountWon;
  const leftWon = amountWon - refundedWon;
  return el(
    'li',
    { class: 'row card', 'data-payment': payment.paymentId },
    el(
      'div',
      { class: 'row-main' },
      el(
        'p',
        { class: 'row-title' },
        el(
          'strong',
          { class: `number ${state === 'cancelled' || state === 'reversed' ? 'struck' : ''}` },
          formatWon(amountWon),
        ),
        el('span', { class: `chip ${look}` }, say(name)),
      ),
      approval && el('p', {}, `${say(approval.offerTitle)} · ${approval.customerNameMasked}`),
      el(
        'p',
        { class: 'hint' },
        icon(tender === 'card' ? 'card' : 'cash'),
        tender === 'card' ? say({ ko: '카드', en: 'Card' }) : say({ ko: '현금', en: 'Cash' }),
        ` · ${formatMoment(openedAtMs)}`,
        approval && ` · ${say({ ko: '승인', en: 'no.' })} ${approval.approvalNumber}`,
        declineCode && el('span', { class: 'code' }, ` · ${declineCode}`),
        isPart &&
          ` · ${say({ ko: `취소 ${formatWon(refundedWon)}, 남은 금액 ${formatWon(leftWon)}`, en: `${formatWon(refundedWon)} given back, ${formatWon(leftWon)} left` })}`,
      ),
      cashReceipt && describeCashReceipt(cashReceipt),
    ),
    state === 'approved' && approval && makeCancelButton(payment, approval, leftWon),
  );
}

/**
 * @param {PaymentRow} payment
 * @param {NonNullable<PaymentRow['approval']>} approval
 * @param {number} leftWon
 */
function makeCancelButton({ paymentId }, approval, leftWon) {
  const words = say({ ko: '결제 취소', en: 'Cancel' });
  /** @type {HTMLButtonElement} */
  const button = el(
    'button',
    { type: 'button', class: 'button button-danger', onclick: () => void askAndCancel() },
    words,
  );
  return button;

  async function askAndCancel() {
    const { field, read } = makeRefundAmount(leftWon, approval.split.chargedWon);
    const isSure = await ask({
      title: { ko: '이 결제를 취소할까요?', en: 'Cancel this payment?' },
      body: [
        el(
          'p',
          {},
          say({
            ko: '돌려줄 금액을 확인하세요. 취소한 금액은 되살릴 수 없습니다.',
            en: 'Check the amount to give back. This cannot be taken back.',
          }),
        ),
        describeApproval(approval),
        field,
      ],
      yes: { ko: '결제 취소', en: 'Cancel the payment' },
      no: { ko: '그대로 두기', en: 'Keep it' },
      danger: true,
    });
    if (isSure) await act('cancel', { paymentId, amountWon: read() }, { button });
  }
}
