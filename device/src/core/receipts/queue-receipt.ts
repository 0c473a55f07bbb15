import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { JournalChange } from '../../ports/journal.ts';

/**
 * Receipts that wait for the printer at most: a busy day's without one. Further ones are kept in the journal, unprinted,
 * until somebody asks for them: a receipt is never refused, and never lost.
 */
export const maxWaitingReceipts = 200;

export function queueReceipt(receipt: Receipt, atMs: number, waitingCount: number): JournalChange {
  const state = waitingCount < maxWaitingReceipts ? 'queued' : 'kept';
  return { op: 'queue-receipt', receipt, atMs, state };
}
