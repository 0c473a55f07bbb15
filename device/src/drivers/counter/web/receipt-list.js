// @ts-check
import { byId, el, fill } from '../../../../../shared/src/web/dom.js';
import { say } from '../../../../../shared/src/web/language.js';
import { act } from './act.js';
import { notify } from './notice.js';
import { makeEmptyNote, readRecords } from './records.js';

/** @typedef {import('@scanpay/shared/api/box.ts').ReceiptRow} ReceiptRow */
/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */

/** @type {Record<string, Words>} */
const kinds = {
  offline: { ko: '오프라인 확인', en: 'Checked offline' },
  'offline-refused': { ko: '오프라인 확인 불인정', en: 'Not recognised' },
  sale: { ko: '매출 영수증', en: 'Sale' },
  cancel: { ko: '취소 영수증', en: 'Cancel' },
  statement: { ko: '정산서', en: 'Settlement' },
  notice: { ko: '안내', en: 'Notice' },
};
/** @type {Record<string, { name: Words, look: string }>} */
const states = {
  queued: { name: { ko: '출력 대기', en: 'Waiting' }, look: 'chip-care' },
  printing: { name: { ko: '출력 중', en: 'Printing' }, look: 'chip-brand' },
  printed: { name: { ko: '출력됨', en: 'Printed' }, look: 'chip-good' },
  sent: { name: { ko: '출력 확인 안 됨', en: 'Not confirmed' }, look: 'chip-care' },
  kept: { name: { ko: '출력 안 함', en: 'Not printed' }, look: '' },
};

export async function showReceipts() {
  const list = byId('receipts', HTMLElement);
  const reply = await readRecords(list, '/api/receipts');
  if (reply === undefined) return;
  /** @type {ReceiptRow[]} */
  const receipts = reply.receipts;
  if (receipts.length === 0)
    return fill(list, makeEmptyNote({ ko: '아직 영수증이 없습니다.', en: 'No receipts yet.' }));
  fill(list, el('ul', { class: 'rows' }, ...receipts.map(makeRow)));
}

/** @param {ReceiptRow} receipt */
function makeRow({ receiptId, kind, state, reprint, title }) {
  const { name, look } = states[state] ?? { name: { ko: state, en: state }, look: '' };
  return el(
    'li',
    { class: 'row card' },
    el(
      'div',
      { class: 'row-main' },
      el(
        'p',
        { class: 'row-title' },
        el('strong', { class: 'number' }, title),
        el('span', { class: `chip ${look}` }, say(name)),
      ),
      el(
        'p',
        { class: 'hint' },
        say(kinds[kind] ?? { ko: kind, en: kind }),
        reprint && say({ ko: ' · 재출력', en: ' · copy' }),
      ),
    ),
    makeReprintButton(receiptId, title),
  );
}

/**
 * @param {number} receiptId
 * @param {string} title
 */
function makeReprintButton(receiptId, title) {
  const words = say({ ko: '다시 출력', en: 'Print again' });
  /** @type {HTMLButtonElement} */
  const button = el(
    'button',
    { type: 'button', class: 'button', 'aria-label': `${words} ${title}`, onclick: () => void reprint() },
    words,
  );
  return button;

  async function reprint() {
    const isQueued = await act(`receipts/${receiptId}/reprint`, undefined, { button });
    if (!isQueued) return;
    notify({ ko: `${title} 다시 출력합니다.`, en: `${title} is printed again.` });
    await showReceipts();
  }
}
