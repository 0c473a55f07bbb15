import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import { formatWon } from '@scanpay/shared/money.ts';
import type { CardCharge, CardNotice } from '../../ports/card-store.ts';

const titles = {
  approval: '결제 승인',
  cancel: '결제 취소',
  'part-cancel': '부분 취소',
  reversal: '승인 취소',
} as const;

/**
 * S12: what the cardholder reads. The card shows its last four digits, the amount of a cancel its sign. `id` names the
 * event, so that a message sent twice is one.
 */
export function makeNotice(event: {
  kind: keyof typeof titles;
  id: string;
  charge: CardCharge;
  atMs: number;
  companyName: string;
}): CardNotice {
  const { kind, id, charge, atMs, companyName } = event;
  const title = titles[kind];
  const sign = kind === 'approval' ? '' : '-';
  const text = [
    `[${companyName}] ${title}`,
    `카드 ****${charge.cardLast4}`,
    `금액 ${sign}${formatWon(charge.amountWon)}`,
    `가맹점 ${charge.merchantName}`,
    `일시 ${formatSeoulTime(atMs)}`,
  ].join('\n');
  return { noticeId: `${kind}-${id}`, toMobile: charge.noticeMobile, subject: `[${companyName}] ${title}`, text };
}
