import { createHash } from 'node:crypto';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { PaymentId, TransferId } from '@scanpay/shared/ids.ts';
import { lineKey } from '@scanpay/shared/settlement/statement.ts';
import type { LedgerEntry, PayoutEntry, PayoutName, TransferEntry } from './ledger.ts';

/** What comes before the first entry of a book. */
export const chainStart = '';

/** An entry as it stands in the book. */
export interface ChainedEntry {
  /** Grows from entry to entry; a number may be missing where a transaction was rolled back. */
  seq: number;
  entry: LedgerEntry;
  /** Hash of the entry before it, or `chainStart`. */
  previousHash: string;
  hash: string;
  /** It is not booked under the name of what it books, which keeps that from being booked twice. */
  isMisfiled?: true;
}

/** How far a book goes: its last entry. */
export interface ChainHead {
  /** 0 for an empty book. */
  throughSeq: number;
  hash: string;
}

/** A sealed date: what `head_jws` signs, beside it. */
export interface StoredDayHead extends ChainHead {
  businessDate: BusinessDate;
  headJws: string;
}

/**
 * SHA-256 (base64url, 43 characters) over the JSON array of the hash before and all that the entry says, postings of
 * zero left out, so that no entry can be changed, taken out or put in without every later hash changing too.
 */
export function hashLedgerEntry(previousHash: string, entry: LedgerEntry): string {
  return createHash('sha256')
    .update(JSON.stringify([previousHash, ...listMembers(entry)]))
    .digest('base64url');
}

function listMembers(entry: LedgerEntry): unknown[] {
  const { kind, atMs, businessDate } = entry;
  const postings = entry.postings.filter(({ amountWon }) => amountWon !== 0);
  const booked = [atMs, businessDate, postings.map(({ account, amountWon }) => [account, amountWon])];
  if (entry.kind === 'payout') {
    const line = entry.line === undefined ? [] : [lineKey(entry.line)];
    return [kind, entry.statementId, entry.merchantId, ...line, ...booked];
  }
  if (entry.kind === 'transfer') return [kind, entry.transferId, entry.merchantId, ...booked];
  const { paymentId, cancelId, merchantId, deviceId, tender, split, payoutDate } = entry;
  const { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon } = split;
  const shares = [chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon];
  const paid = payoutDate === null ? [] : [payoutDate];
  return [kind, paymentId, cancelId, merchantId, deviceId, tender, shares, ...booked, ...paid];
}

/** A book from its first entry on, for whoever checks it. */
export interface BookReader {
  /** Entries after `afterSeq`, in order, at most `limit`. */
  readEntries(afterSeq: number, limit: number): Promise<ChainedEntry[]>;
  /** What was booked of the next `count` payments after `after` (null: from the first); `next`: the last of these, null: no more. */
  readPayments(after: PaymentId | null, count: number): Promise<{ entries: ChainedEntry[]; next: PaymentId | null }>;
  /** Entries by which statements were cleared, of those named. */
  findPayouts(names: readonly PayoutName[]): Promise<PayoutEntry[]>;
  /** Those of these transfers that are booked. */
  findTransfers(transferIds: readonly TransferId[]): Promise<TransferEntry[]>;
  /** Closed dates, oldest first. */
  listClosedDates(): Promise<BusinessDate[]>;
  /** Sealed dates, oldest first. */
  listDayHeads(): Promise<StoredDayHead[]>;
}
