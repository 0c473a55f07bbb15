import type { EvidenceKey, LedgerEntry } from '../../../ports/ledger.ts';

/** What one entry books; the same thing cannot be booked twice. */
export function entryKey(entry: LedgerEntry): string {
  if (entry.kind === 'payout') return payoutEntryKey(entry.statementId);
  if (entry.kind === 'transfer') return `transfer/${entry.transferId}`;
  return paymentEntryKey(entry);
}

export const paymentEntryKey = ({ kind, paymentId, cancelId }: EvidenceKey): string =>
  `${kind}/${paymentId}/${cancelId ?? ''}`;

export const payoutEntryKey = (statementId: string): string => `payout/${statementId}`;
