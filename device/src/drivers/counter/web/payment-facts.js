// @ts-check
import { el } from '../../../../../shared/src/web/dom.js';
import { fact } from '../../../../../shared/src/web/fact.js';
import { formatClock, formatWon } from '../../../../../shared/src/web/format.js';
import { say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('@scanpay/shared/wire/messages.ts').Approval} Approval */

/** @typedef {import('@scanpay/shared/tax/tax.ts').TaxedAmount} TaxedAmount */

/** @typedef {NonNullable<import('@scanpay/shared/api/box.ts').CounterView['redemption']>} Redemption */

/**
 * What the box redeemed by itself, as on the provisional slip.
 *
 * @param {Redemption} redemption
 */
export function describeRedemption(redemption) {
  const { listAmountWon, discountWon, chargedWon, offerTitle, headcount, redeemedAtMs, tax } = redemption;
  return el(
    'dl',
    { class: 'facts' },
    fact({ ko: '할인 전 금액', en: 'Before the discount' }, formatWon(listAmountWon)),
    fact({ ko: '할인', en: 'Discount' }, formatWon(-discountWon)),
    fact({ ko: '받을 현금', en: 'Cash to take' }, formatWon(chargedWon), 'fact-main'),
    ...taxFacts(tax),
    fact({ ko: '상품', en: 'Offer' }, say(offerTitle), 'fact-text'),
    fact({ ko: '인원', en: 'People' }, say({ ko: `${headcount}명`, en: String(headcount) })),
    fact({ ko: '확인 시각', en: 'Checked at' }, formatClock(redeemedAtMs, true)),
  );
}

/**
 * What was approved, as on the receipt.
 *
 * @param {Approval} approval
 */
export function describeApproval(approval) {
  const { listAmountWon, discountWon, split, tax, tender, cardLast4, headcount, approvalNumber, approvedAtMs } =
    approval;
  const paidBy =
    tender === 'cash' ? say({ ko: '현금', en: 'Cash' }) : `${say({ ko: '카드', en: 'Card' })} •••• ${cardLast4}`;
  return el(
    'dl',
    { class: 'facts' },
    fact({ ko: '할인 전 금액', en: 'Before the discount' }, formatWon(listAmountWon)),
    fact({ ko: '할인', en: 'Discount' }, formatWon(-discountWon)),
    fact({ ko: '결제 금액', en: 'To pay' }, formatWon(split.chargedWon), 'fact-main'),
    ...(tax === undefined ? [] : taxFacts(tax)),
    fact({ ko: '결제 수단', en: 'Paid by' }, paidBy),
    fact({ ko: '상품', en: 'Offer' }, say(approval.offerTitle), 'fact-text'),
    fact({ ko: '고객', en: 'Customer' }, approval.customerNameMasked),
    fact({ ko: '인원', en: 'People' }, say({ ko: `${headcount}명`, en: String(headcount) })),
    fact({ ko: '승인번호', en: 'Approval no.' }, approvalNumber),
    fact({ ko: '승인 시각', en: 'At' }, formatClock(approvedAtMs, true)),
  );
}

/**
 * What a refund takes back of the sale's VAT, as on its slip.
 *
 * @param {TaxedAmount} tax
 */
export const describeRefundTax = (tax) => el('dl', { class: 'facts' }, ...taxFacts(tax));

/**
 * Supply value and VAT, or the tax-free amount; no VAT apart where the shop's slips show none.
 *
 * @param {TaxedAmount} tax
 */
function taxFacts({ taxation, vatType, supplyWon, vatWon, taxFreeWon }) {
  if (taxation === 'exempt') return [fact({ ko: '면세금액', en: 'Tax-free' }, formatWon(taxFreeWon))];
  if (vatType === 'simplified') {
    return [fact({ ko: '과세유형', en: 'Taxpayer' }, say({ ko: '간이과세자', en: 'Simplified' }), 'fact-text')];
  }
  return [
    fact({ ko: '공급가액', en: 'Net' }, formatWon(supplyWon)),
    fact({ ko: '부가세', en: 'VAT 10%' }, formatWon(vatWon)),
  ];
}
