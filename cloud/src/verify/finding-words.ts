import type { Company } from '../ports/ledger.ts';

/** What a bookkeeper reads, in both languages. */
export interface Words {
  en: string;
  ko: string;
}

export const companyWords: Readonly<Record<Company, string>> = { card: '카드사', pg: 'PG사', operator: '운영사' };

/** What should be there and what is, as far as it can be said; amounts are in won. */
export function describeDifference({ expected, found }: { expected: string | null; found: string | null }): string[] {
  if (expected === null && found === null) return [];
  const should = expected === null ? [] : [`        should be (있어야 할 내용)  ${expected}`];
  return [...should, `        is there (있는 내용)        ${found ?? 'nothing (없음)'}`];
}
