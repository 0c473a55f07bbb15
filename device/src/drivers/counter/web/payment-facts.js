// @ts-check
import { el } from '../../../../../shared/src/web/dom.js';
import { fact } from '../../../../../shared/src/web/fact.js';
import { formatClock, formatWon } from '../../../../../shared/src/web/format.js';
import { say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('@scanpay/shared/wire/messages.ts').Approval} Approval */

/** @typedef {NonNullable<import('@scanpay/shared/api/box.ts').CounterView['redemption']>} Redemption */

/**
 * What the box redeemed by itself, as on the provisional slip.
 *
 * @param {Redemption} redemption
 */
export function describeRedemption({ listAmountWon, discountWon, chargedWon, offerTitle, headcount, redeemedAtMs }) {
  return el(
    'dl',
    { class: 'facts' },
    fact({ ko: '할인 전 금액', en: 'Before the discount' }, formatWon(listAmountWon)),
    fact({ ko: '할인', en: 'Discount' }, formatWon(-discountWon)),
    fact({ ko: '받을 현금', en: 'Cash to take' }, formatWon(chargedWon), 'fact-main'),
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
  const { listAmountWon, discountWon, split, tender, cardLast4, headcount, approvalNumber, approvedAtMs } = approval;
  const paidBy =
    tender === 'cash' ? say({ ko: '현금', en: 'Cash' }) : `${say({ ko: '카드', en: 'Card' })} •••• ${cardLast4}`;
  return el(
    'dl',
    { class: 'facts' },
    fact({ ko: '할인 전 금액', en: 'Before the discount' }, formatWon(listAmountWon)),
    fact({ ko: '할인', en: 'Discount' }, formatWon(-discountWon)),
    fact({ ko: '결제 금액', en: 'To pay' }, formatWon(split.chargedWon), 'fact-main'),
    fact({ ko: '결제 수단', en: 'Paid by' }, paidBy),
    fact({ ko: '상품', en: 'Offer' }, say(approval.offerTitle), 'fact-text'),
    fact({ ko: '고객', en: 'Customer' }, approval.customerNameMasked),
    fact({ ko: '인원', en: 'People' }, say({ ko: `${headcount}명`, en: String(headcount) })),
    fact({ ko: '승인번호', en: 'Approval no.' }, approvalNumber),
    fact({ ko: '승인 시각', en: 'At' }, formatClock(approvedAtMs, true)),
  );
}
