import type { StatementState } from '@scanpay/shared/api/settlement.ts';
import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import type { Bilingual, Tender } from '@scanpay/shared/schema.ts';
import type { StatementLine, StatementLineKind } from '@scanpay/shared/settlement/statement.ts';

/** Who takes part in a statement, as people know him. */
export interface Party {
  name: string;
  /** 사업자등록번호; null: not known here. */
  businessNumber: string | null;
}
/** Undefined: the company knows no more than the name in the statement. */
export type FindParty = (party: string) => Party | undefined;

const companyNames: Record<string, string> = { card: '카드사', pg: 'PG사', operator: '운영사' };

/** The party's name, and on a line of its own what tells it from others of that name. */
export function describeParty(party: string, findParty: FindParty): { name: string; details: string } {
  const found = findParty(party);
  if (found === undefined) return { name: companyNames[party] ?? party, details: '' };
  const number = found.businessNumber === null ? '' : `사업자등록번호 ${found.businessNumber} · `;
  return { name: found.name, details: number + party };
}

export const stateNames: Record<StatementState, string> = {
  presented: '승인 대기',
  approved: '승인',
  paid: '지급 완료',
  disputed: '이의 제기',
  'part-paid': '일부 지급',
};
export const tenderNames: Record<Tender, Bilingual> = {
  card: { ko: '카드', en: 'card' },
  cash: { ko: '현금', en: 'cash' },
};
export const kindNames: Record<StatementLineKind, Bilingual> = {
  sale: { ko: '매출', en: 'sale' },
  cancel: { ko: '취소', en: 'cancel' },
  reversal: { ko: '망취소', en: 'reversal' },
};

/** When the terminal made the payment or cancel, by its clock: its id is a UUIDv7 (RFC 9562 §5.7). Seoul time. */
export function lineTime({ paymentId, cancelId }: StatementLine): string {
  return formatSeoulTime(Number.parseInt((cancelId ?? paymentId).replace('-', '').slice(0, 12), 16));
}

/**
 * A page of lines as people read it: the sale before what was taken back of it. Signed lines stand in the order of
 * `lineKey`, in which a cancel comes before its sale; a page holds all lines of its payments.
 */
export const inReadingOrder = (lines: readonly StatementLine[]): StatementLine[] =>
  lines.toSorted((a, b) => (readingKey(a) < readingKey(b) ? -1 : 1));

const readingKey = ({ paymentId, kind, cancelId }: StatementLine): string =>
  `${paymentId}${kind === 'sale' ? '' : `/${cancelId ?? ''}/${kind}`}`;
