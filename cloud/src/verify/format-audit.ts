import type { AuditFinding, AuditReport } from '../core/settle/audit-book.ts';
import type { LedgerEntry } from '../ports/ledger.ts';

/** One line for a company whose book holds; two for one whose book does not, the second says what to look at. */
export function formatAudit({ company, entries, statements, sealedDates, finding }: AuditReport): string {
  const counted = `${entries} entries, ${sealedDates} sealed dates, ${statements} statements`;
  if (finding === null) return `ok    ${company.padEnd(9)}${counted}`;
  return `FAULT ${company.padEnd(9)}after ${counted}\n      ${describe(finding)}`;
}

function describe(finding: AuditFinding): string {
  switch (finding.what) {
    case 'entry':
      return `entry ${finding.seq} (${nameEntry(finding.entry)}): ${entryWords[finding.reason]}`;
    case 'day-head':
      return `day head of ${finding.businessDate}: ${headWords[finding.reason]}`;
    case 'statement':
      return `statement ${finding.statementId}: ${statementWords[finding.reason]}`;
    case 'payout':
      return `money moved for statement ${finding.statementId}, which is not kept`;
  }
}

function nameEntry(entry: LedgerEntry): string {
  if (entry.kind === 'payout') return `payout for ${entry.statementId}`;
  if (entry.kind === 'transfer') return `transfer ${entry.transferId} to ${entry.merchantId}`;
  return `${entry.kind} of payment ${entry.paymentId}`;
}

const entryWords = {
  'chain-broken': 'does not follow the entry before it: one was taken out, put in or moved',
  altered: 'is not what was booked: its hash belongs to other words',
  unbalanced: 'debits and credits differ',
  'wrong-postings': 'its postings are not those of its shares',
  'not-due': 'moves another amount than was due to the merchant',
  'no-such-sale': 'takes back a sale that is not there, is another, or was taken back before',
} as const;

const headWords = {
  signature: 'is not signed by this company',
  'head-differs': 'signs another book than this one: it was changed after the close',
} as const;

const statementWords = {
  'missing-text': 'its signed text is gone',
  signature: 'is not signed by its sender, or is another than was signed',
  lines: 'says something else than the book of that date',
  money: 'another amount moved for it than it says, or none',
} as const;
