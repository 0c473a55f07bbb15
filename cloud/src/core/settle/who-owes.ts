import type { Debt } from '@scanpay/shared/api/reconciliation.ts';
import { type Won, won } from '@scanpay/shared/money.ts';

interface Book {
  company: string;
  balances: readonly { account: string; amountWon: Won }[];
}

/** Account of the debtor, account of the creditor, and what is owed; debit is positive. Null: a shop. */
const relations = [
  ['card', 'pg-payable', 'pg', 'card-receivable', { ko: '카드 매출 정산금', en: 'card sales' }],
  ['pg', 'operator-payable', 'operator', 'pg-receivable', { ko: '카드 매출 정산금', en: 'card sales' }],
  ['operator', 'pg-payable', 'pg', 'operator-receivable', { ko: '현금 매출 수수료', en: 'fees of cash sales' }],
  [
    'operator',
    'merchant-payable',
    'merchants',
    null,
    { ko: '카드 매출 · 정산서 승인 전', en: 'card sales, statement not approved or disputed' },
  ],
  [
    'operator',
    'merchant-settlement',
    'merchants',
    null,
    { ko: '승인된 정산금 · 이체 전(음수는 이월)', en: 'approved, not transferred yet (negative: carried forward)' },
  ],
  [
    'merchants',
    null,
    'operator',
    'merchant-receivable',
    { ko: '현금 매출 수수료 · 정산서 승인 전', en: 'fees of cash sales, statement not approved or disputed' },
  ],
] as const;

/** What one company owes and is owed, from its own book alone. */
export const debtsOf = (book: Book): Debt[] =>
  whoOwes([book]).filter(({ debtor, creditor }) => debtor === book.company || creditor === book.company);

/** Who owes whom, from the books of the three companies; what both books say must be the same. */
export function whoOwes(books: readonly Book[]): Debt[] {
  const balanceOf = (company: string, account: string | null): number | null => {
    if (account === null) return null;
    const book = books.find((each) => each.company === company);
    if (book === undefined) return null;
    return book.balances.find((each) => each.account === account)?.amountWon ?? 0;
  };
  return relations.map(([debtor, payable, creditor, receivable, { ko, en }]) => {
    const owed = balanceOf(debtor, payable);
    const due = balanceOf(creditor, receivable);
    return {
      debtor,
      creditor,
      what: { ko, en },
      debtorWon: owed === null ? null : won(-owed),
      creditorWon: due === null ? null : won(due),
    };
  });
}
