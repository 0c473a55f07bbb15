// @ts-check

/** @typedef {import('@scanpay/shared/api/cash-receipt.ts').CashReceiptRow} CashReceiptRow */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

const purposes = {
  'income-deduction': { ko: '소득공제', en: 'income deduction' },
  'business-expense': { ko: '지출증빙', en: 'business expense' },
};
const selfIssued = { ko: '자진발급', en: 'issued by the shop itself' };

/**
 * What the receipt is for.
 *
 * @param {CashReceiptRow} row
 * @returns {Words}
 */
export const namePurpose = (row) => (row.selfIssued ? selfIssued : purposes[row.purpose]);

/**
 * What was to be done about it: issued, cancelled after a refund, or cancelled because the payment was undone.
 *
 * @param {CashReceiptRow} row
 * @returns {Words}
 */
export function nameOrder({ kind, cancelId }) {
  if (kind === 'issue') return { ko: '발급', en: 'Issue' };
  return cancelId === null
    ? { ko: '취소 (망취소)', en: 'Cancel (sale undone)' }
    : { ko: '취소 (환불)', en: 'Cancel (refund)' };
}

/** @type {Record<CashReceiptRow['kind'], Record<CashReceiptRow['state'], { words: Words, look: string }>>} */
export const states = {
  issue: {
    requested: { words: { ko: '처리 중', en: 'Under way' }, look: 'chip-brand' },
    issued: { words: { ko: '발급 완료', en: 'Issued' }, look: 'chip-good' },
    failed: { words: { ko: '발급 실패', en: 'Not issued' }, look: 'chip-bad' },
    dropped: { words: { ko: '발급하지 않음', en: 'None needed' }, look: '' },
  },
  cancel: {
    requested: { words: { ko: '처리 중', en: 'Under way' }, look: 'chip-brand' },
    issued: { words: { ko: '취소 완료', en: 'Cancelled' }, look: 'chip-good' },
    failed: { words: { ko: '취소 실패', en: 'Not cancelled' }, look: 'chip-bad' },
    dropped: { words: { ko: '취소할 것 없음', en: 'Nothing to cancel' }, look: '' },
  },
};
