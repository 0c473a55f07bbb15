import type { Debt, Findings, PaymentTrace, Reconciliation } from '@scanpay/shared/api/reconciliation.ts';
import { formatWon, type Won } from '@scanpay/shared/money.ts';

const amount = (won: Won | null): string => (won === null ? '–' : formatWon(won)).padStart(18);

/** One line per pair; what two books say differently is marked. */
export function formatDebts(debts: readonly Debt[]): string {
  const lines = debts.map(({ debtor, creditor, what, debtorWon, creditorWon }) => {
    const differs = debtorWon !== null && creditorWon !== null && debtorWon !== creditorWon;
    return `${debtor.padEnd(10)} owes ${creditor.padEnd(10)}${amount(debtorWon)}${amount(creditorWon)}  ${what.en}${differs ? '  DIFFERS' : ''}`;
  });
  return [`${' '.repeat(25)}${'who owes says'.padStart(18)}${'who is owed says'.padStart(18)}`, ...lines].join('\n');
}

/** What was found, a line each: events with the payment to follow, statements by their numbers. */
export function formatFindings({ events, statements, isMore, problems }: Findings): string {
  const lines = [
    ...events.map(
      ({ kind, tender, paymentId, cancelId, businessDate, chargedWon }) =>
        `${businessDate}  ${kind} ${tender}${amount(chargedWon)}  payment ${paymentId}${cancelId === null ? '' : `, cancel ${cancelId}`}`,
    ),
    ...statements.map(
      ({ hop, sender, receiver, businessDate, payableWon, statementId, state, transferId }) =>
        `${businessDate}  ${hop} ${sender} → ${receiver}${amount(payableWon)}  statement ${statementId}, ${state}${transferId === null ? '' : `, transfer ${transferId}`}`,
    ),
  ];
  if (lines.length === 0) lines.push('nothing of it in any book');
  if (isMore) lines.push('… and more');
  return [...lines, ...problems.map(({ company, code }) => `${company}: does not answer (${code})`)].join('\n');
}

/** A payment at each company: contract, entries with their postings, statements with what was paid. */
export function formatReconciliation({ paymentId, companies }: Reconciliation): string {
  const parts = companies.map(({ company, trace, problem }) => {
    if (problem !== null) return `${company}: does not answer (${problem})`;
    return trace === null ? `${company}: not in its book` : formatTrace(trace);
  });
  return [`payment ${paymentId}`, ...parts].join('\n');
}

function formatTrace({ company, contractVersion, entries, statements }: PaymentTrace): string {
  const lines = [`${company}: contract version ${contractVersion ?? '–'}`];
  for (const { seq, kind, businessDate, postings } of entries) {
    lines.push(`  entry ${seq}  ${kind} of ${businessDate}`);
    for (const { account, amountWon } of postings) lines.push(`    ${account.padEnd(22)}${amount(amountWon)}`);
  }
  for (const { hop, sender, receiver, businessDate, state, payableWon, paidWon, transferId } of statements) {
    const transfer = transferId === null ? '' : `, transfer ${transferId}`;
    lines.push(
      `  ${hop} ${sender} → ${receiver} of ${businessDate}: ${state}, ${formatWon(paidWon)} of ${formatWon(payableWon)}${transfer}`,
    );
  }
  return lines.join('\n');
}
