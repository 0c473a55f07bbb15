// @ts-check
import { readShops } from './books.js';

/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

/** Who takes part, by the name of a statement's party. */
const parties = {
  card: { ko: '카드사', en: 'Card company' },
  pg: { ko: 'PG사', en: 'PG' },
  operator: { ko: '운영사', en: 'Operator' },
};

/** @type {Map<string, string>} */
const shopNames = new Map();

/** Asks what the shops are called; where nobody says so they go by their numbers. */
export async function learnShopNames() {
  const reply = await readShops();
  if (reply?.ok !== true) return;
  for (const { merchantId, name } of reply.value.merchants) shopNames.set(merchantId, name);
}

/**
 * @param {string} party
 * @returns {Words}
 */
export function nameParty(party) {
  const known = /** @type {Record<string, Words>} */ (parties)[party];
  if (known !== undefined) return known;
  const name = shopNames.get(party) ?? party;
  return { ko: `가맹점 ${name}`, en: `Shop ${name}` };
}

export const merchants = { ko: '가맹점', en: 'Shops' };

/** @type {Record<string, { name: Words, look: string }>} */
export const states = {
  presented: { name: { ko: '승인 대기', en: 'Presented' }, look: 'chip-brand' },
  approved: { name: { ko: '승인', en: 'Approved' }, look: 'chip-good' },
  paid: { name: { ko: '지급 완료', en: 'Paid' }, look: 'chip-good' },
  disputed: { name: { ko: '이의 제기', en: 'Disputed' }, look: 'chip-bad' },
  'part-paid': { name: { ko: '일부 지급', en: 'Partly paid' }, look: 'chip-bad' },
};
