import type { Debt } from '@scanpay/shared/api/reconciliation.ts';
import { type Won, won } from '@scanpay/shared/money.ts';

interface Book {
  company: string;
  balances: readonly { account: string; amountWon: Won }[];
}

/** Account of the debtor, account of the creditor; debit is positive. Null: a shop. */
const relations = [
  ['card', 'pg-payable', 'pg', 'card-receivable'],
  ['pg', 'operator-payable', 'operator', 'pg-receivable'],
  ['operator', 'pg-payable', 'pg', 'operator-receivable'],
  ['operator', 'merchant-payable', 'merchants', null],
  ['operator', 'merchant-settlement', 'merchants', null],
  ['merchants', null, 'operator', 'merchant-receivable'],
] as const;

/** Who owes whom, from the books of the three companies; what both books say must be the same. */
export function whoOwes(books: readonly Book[]): Debt[] {
  const balanceOf = (company: string, account: string | null): number | null => {
    if (account === null) return null;
    const book = books.find((each) => each.company === company);
    if (book === undefined) return null;
    return book.balances.find((each) => each.account === account)?.amountWon ?? 0;
  };
  return relations.map(([debtor, payable, creditor, receivable]) => {
    const owed = balanceOf(debtor, payable);
    const due = balanceOf(creditor, receivable);
    return {
      debtor,
      creditor,
      debtorWon: owed === null ? null : won(-owed),
      creditorWon: due === null ? null : won(due),
    };
  });
}
