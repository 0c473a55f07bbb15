import { won } from '@scanpay/shared/money.ts';
import { describe, expect, it } from 'vitest';
import { whoOwes } from './who-owes.ts';

const book = (company: string, balances: Record<string, number>) => ({
  company,
  balances: Object.entries(balances).map(([account, amount]) => ({ account, amountWon: won(amount) })),
});

describe('whoOwes', () => {
  it('takes each debt from both books, as a positive amount', () => {
    const debts = whoOwes([
      book('card', { 'pg-payable': -9_820 }),
      book('pg', { 'card-receivable': 9_820, 'operator-payable': -9_750, 'operator-receivable': 70 }),
      book('operator', {
        'pg-receivable': 9_700,
        'pg-payable': -70,
        'merchant-payable': -9_250,
        'merchant-receivable': 570,
      }),
    ]);
    const what = { ko: expect.any(String), en: expect.any(String) };
    expect(new Set(debts.map((debt) => `${debt.debtor} ${debt.creditor} ${debt.what.en}`)).size).toBe(debts.length);
    expect(debts).toEqual([
      { debtor: 'card', creditor: 'pg', what, debtorWon: 9_820, creditorWon: 9_820 },
      { debtor: 'pg', creditor: 'operator', what, debtorWon: 9_750, creditorWon: 9_700 },
      { debtor: 'operator', creditor: 'pg', what, debtorWon: 70, creditorWon: 70 },
      { debtor: 'operator', creditor: 'merchants', what, debtorWon: 9_250, creditorWon: null },
      { debtor: 'operator', creditor: 'merchants', what, debtorWon: 0, creditorWon: null },
      { debtor: 'merchants', creditor: 'operator', what, debtorWon: null, creditorWon: 570 },
    ]);
  });

  it('says nothing for a company that does not answer', () => {
    expect(whoOwes([book('card', { 'pg-payable': -1 })])[0]).toMatchObject({ debtorWon: 1, creditorWon: null });
  });
});
