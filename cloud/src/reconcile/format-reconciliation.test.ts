import type { Reconciliation } from '@scanpay/shared/api/reconciliation.ts';
import type { PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { expect, it } from 'vitest';
import { formatDebts, formatFindings, formatReconciliation } from './format-reconciliation.ts';

it('marks what two books say differently', () => {
  const what = { ko: '정산금', en: 'sales' };
  const lines = formatDebts([
    { debtor: 'card', creditor: 'pg', what, debtorWon: won(5), creditorWon: won(5) },
    { debtor: 'pg', creditor: 'operator', what, debtorWon: won(5), creditorWon: won(6) },
    { debtor: 'operator', creditor: 'merchants', what, debtorWon: won(5), creditorWon: null },
  ]).split('\n');
  expect(lines.map((line) => line.includes('DIFFERS'))).toEqual([false, false, true, false]);
});

it('names contract, entries, statements and transfer of a payment, and who has none', () => {
  const paymentId = '019ab0c0-0000-7000-8000-000000000001' as PaymentId;
  const statement = { hop: 'S15', sender: 'operator', receiver: 'm-1', businessDate: '2026-11-23', state: 'paid' };
  const found = {
    paymentId,
    companies: [
      {
        company: 'operator',
        problem: null,
        trace: {
          company: 'operator',
          paymentId,
          contractVersion: 3,
          entries: [
            { seq: 7, kind: 'sale', businessDate: '2026-11-23', postings: [{ account: 'fee-income', amountWon: -5 }] },
          ],
          statements: [
            { ...statement, payableWon: 95, paidWon: 95, transferId: 'a-transfer' as string as StatementId },
          ],
        },
      },
      { company: 'card', trace: null, problem: null },
      { company: 'pg', trace: null, problem: 'upstream_unavailable' },
    ],
  } as unknown as Reconciliation;
  const text = formatReconciliation(found);
  for (const part of [
    'version 3',
    'entry 7',
    '-5원',
    '95원 of 95원, transfer a-transfer',
    'card: not in',
    'pg: does not',
  ]) {
    expect(text).toContain(part);
  }
});

it('says what was found, that there is more, and who did not answer', () => {
  const none = { events: [], statements: [], isMore: false, problems: [] };
  expect(formatFindings(none)).toBe('nothing of it in any book');
  const paymentId = '019ab0c0-0000-7000-8000-000000000001';
  const cancel = { kind: 'cancel', tender: 'card', paymentId, cancelId: 'a-cancel', chargedWon: 54_000 };
  const statement = {
    hop: 'S15',
    sender: 'operator',
    receiver: 'm-1',
    payableWon: 95,
    statementId: 's-1',
    state: 'paid',
  };
  const found = {
    events: [{ ...cancel, businessDate: '2026-11-23' }],
    statements: [{ ...statement, businessDate: '2026-11-23', transferId: 't-1' }],
    ...{ isMore: true, problems: [{ company: 'pg', code: 'upstream_unavailable' }] },
  } as unknown as Parameters<typeof formatFindings>[0];
  const lines = formatFindings(found).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toContain(`54,000원  payment ${paymentId}, cancel a-cancel`);
  expect(lines[1]).toContain('95원  statement s-1, paid, transfer t-1');
  expect(lines[3]).toBe('pg: does not answer (upstream_unavailable)');
});
