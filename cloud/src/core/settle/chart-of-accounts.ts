import type { Account } from '../../ports/ledger.ts';

/** On which side of the balance sheet, or of the income statement, an account stands. */
export type AccountKind = 'asset' | 'liability' | 'income';

export interface AccountDescription {
  /** Account number: 1xx assets, 2xx liabilities, 4xx income, 9xx other income, as Korean charts of accounts are numbered. */
  code: string;
  kind: AccountKind;
  name: { ko: string; en: string };
}

/**
 * 계정과목: the names a Korean bookkeeper uses (미수금 other receivables, 미지급금 other payables, 보통예금 bank,
 * 수수료수입 fee income), each with the party it stands open with.
 */
export const chartOfAccounts: Readonly<Record<Account, AccountDescription>> = {
  bank: { code: '103', kind: 'asset', name: { ko: '보통예금', en: 'Bank' } },
  'cardholder-receivable': {
    code: '120-1',
    kind: 'asset',
    name: { ko: '미수금(카드회원)', en: 'Receivable from cardholders' },
  },
  'card-receivable': {
    code: '120-2',
    kind: 'asset',
    name: { ko: '미수금(카드사)', en: 'Receivable from the card company' },
  },
  'pg-receivable': { code: '120-3', kind: 'asset', name: { ko: '미수금(PG사)', en: 'Receivable from the PG' } },
  'operator-receivable': {
    code: '120-4',
    kind: 'asset',
    name: { ko: '미수금(운영사)', en: 'Receivable from the operator' },
  },
  'merchant-receivable': {
    code: '120-5',
    kind: 'asset',
    name: { ko: '미수금(가맹점)', en: 'Receivable from shops' },
  },
  'pg-payable': { code: '253-1', kind: 'liability', name: { ko: '미지급금(PG사)', en: 'Payable to the PG' } },
  'operator-payable': {
    code: '253-2',
    kind: 'liability',
    name: { ko: '미지급금(운영사)', en: 'Payable to the operator' },
  },
  'merchant-payable': {
    code: '253-3',
    kind: 'liability',
    name: { ko: '미지급금(가맹점)', en: 'Payable to shops' },
  },
  'merchant-settlement': {
    code: '253-4',
    kind: 'liability',
    name: { ko: '미지급금(가맹점 정산)', en: 'Settlement due to shops' },
  },
  'settlement-difference': {
    code: '930',
    kind: 'income',
    name: { ko: '잡손익(정산차액)', en: 'Settlement differences' },
  },
  'fee-income': { code: '420', kind: 'income', name: { ko: '수수료수입', en: 'Fee income' } },
};
