import type { TransferId } from '@scanpay/shared/ids.ts';
import { lineKey } from '@scanpay/shared/settlement/statement.ts';
import type { EvidenceKey, LedgerEntry, PayoutName } from '../../../ports/ledger.ts';

/** What one entry books; the same thing cannot be booked twice. */
export function entryKey(entry: LedgerEntry): string {
  if (entry.kind === 'payout') return payoutEntryKey(entry);
  if (entry.kind === 'transfer') return transferEntryKey(entry.transferId);
  return paymentEntryKey(entry);
}

export const paymentEntryKey = ({ kind, paymentId, cancelId }: EvidenceKey): string =>
  `${kind}/${paymentId}/${cancelId ?? ''}`;

export const transferEntryKey = (transferId: TransferId): string => `transfer/${transferId}`;

export const payoutEntryKey = ({ statementId, line }: PayoutName): string =>
  `payout/${statementId}${line === undefined ? '' : `/${lineKey(line)}`}`;
