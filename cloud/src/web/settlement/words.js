// @ts-check

/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

/** Who takes part, by the name of a statement's party. */
const parties = {
  card: { ko: '카드사', en: 'Card company' },
  pg: { ko: 'PG사', en: 'PG' },
  operator: { ko: '운영사', en: 'Operator' },
};

/**
 * @param {string} party
 * @returns {Words}
 */
export const nameParty = (party) =>
  /** @type {Record<string, Words>} */ (parties)[party] ?? { ko: `가맹점 ${party}`, en: `Shop ${party}` };

export const merchants = { ko: '가맹점', en: 'Shops' };

/** @type {Record<string, { name: Words, look: string }>} */
export const states = {
  presented: { name: { ko: '승인 대기', en: 'Presented' }, look: 'chip-brand' },
  approved: { name: { ko: '승인', en: 'Approved' }, look: 'chip-good' },
  paid: { name: { ko: '지급 완료', en: 'Paid' }, look: 'chip-good' },
  disputed: { name: { ko: '이의 제기', en: 'Disputed' }, look: 'chip-bad' },
};

/** @type {Record<string, Words>} */
export const accounts = {
  'cardholder-receivable': { ko: '카드회원 미수금', en: 'Receivable from cardholders' },
  'card-receivable': { ko: '카드사 미수금', en: 'Receivable from the card company' },
  'pg-receivable': { ko: 'PG사 미수금', en: 'Receivable from the PG' },
  'operator-receivable': { ko: '운영사 미수금', en: 'Receivable from the operator' },
  'merchant-receivable': { ko: '가맹점 미수금', en: 'Receivable from shops' },
  'pg-payable': { ko: 'PG사 미지급금', en: 'Payable to the PG' },
  'operator-payable': { ko: '운영사 미지급금', en: 'Payable to the operator' },
  'merchant-payable': { ko: '가맹점 미지급금', en: 'Payable to shops' },
  'fee-income': { ko: '수수료 수익', en: 'Fee income' },
  bank: { ko: '보통예금', en: 'Bank' },
};
