import { ScanPayError } from '@scanpay/shared/errors.ts';
import { sumWon, type Won, won } from '@scanpay/shared/money.ts';
import type { Account, Company, LedgerEntry, Posting } from '../../ports/ledger.ts';
import { type ChainedEntry, type ChainHead, chainStart, hashLedgerEntry } from '../../ports/ledger-chain.ts';
import { makePaymentEntry } from './ledger.ts';
import { makeTransferEntry } from './payout.ts';

/** The first entry that does not follow from those before it, and why. */
export interface BookFault {
  seq: number;
  entry: LedgerEntry;
  reason:
    | 'chain-broken'
    | 'altered'
    | 'unbalanced'
    /** Money that moved under another name than its own: the same may have moved twice. */
    | 'misfiled'
    /** The postings are not those that the split leads to at this company. */
    | 'wrong-postings'
    /** A transfer of another amount than was due to the merchant. */
    | 'not-due'
    /** A cancel or reversal without its sale, with another split than follows from its sale's, or for more than is left. */
    | 'no-such-sale';
}

export interface BookChecker {
  /** Takes the next entry; a fault ends the check. */
  add(next: ChainedEntry): BookFault | undefined;
  head(): ChainHead;
  entryCount(): number;
  /** Balance of every account used so far; debit positive. */
  balances(): ReadonlyMap<Account, Won>;
}

/**
 * Proves a book from its first entry on, in one pass: hashes, debits against credits, and every posting worked out again
 * from the split. It remembers a balance for each account, and what is due to each merchant; whether refunds follow from
 * their sales is seen payment by payment (see `createPaymentCourse`).
 */
export function createBookChecker(company: Company): BookChecker {
  const balances = new Map<Account, Won>();
  const dues = trackDues();
  let head: ChainHead = { throughSeq: 0, hash: chainStart };
  let entryCount = 0;

  const findReason = ({
    seq,
    entry,
    previousHash,
    hash,
    isMisfiled,
  }: ChainedEntry): BookFault['reason'] | undefined => {
    if (previousHash !== head.hash || seq <= head.throughSeq) return 'chain-broken';
    if (hashLedgerEntry(previousHash, entry) !== hash) return 'altered';
    if (sumWon(entry.postings.map(({ amountWon }) => amountWon)) !== 0) return 'unbalanced';
    if (entry.kind === 'payout' || entry.kind === 'transfer') {
      return isMisfiled === true ? 'misfiled' : dues.findReason(entry);
    }
    return hasRightPostings(company, entry) ? undefined : 'wrong-postings';
  };
  return {
    add(next) {
      const reason = findReason(next);
      if (reason !== undefined) return { seq: next.seq, entry: next.entry, reason };
      for (const { account, amountWon } of next.entry.postings) {
        balances.set(account, won((balances.get(account) ?? 0) + amountWon));
      }
      head = { throughSeq: next.seq, hash: next.hash };
      entryCount += 1;
      return undefined;
    },
    head: () => head,
    entryCount: () => entryCount,
    balances: () => balances,
  };
}

/** What is due to each merchant, from what its statements made due and what was transferred. */
function trackDues() {
  const dues = new Map<string, number>();
  return {
    findReason(entry: Extract<LedgerEntry, { kind: 'payout' | 'transfer' }>): 'not-due' | undefined {
      if (entry.merchantId === null) return undefined;
      const dueWon = dues.get(entry.merchantId) ?? 0;
      const moved = entry.postings.filter(({ account }) => account === 'merchant-settlement');
      dues.set(entry.merchantId, dueWon - sumWon(moved.map(({ amountWon }) => amountWon)));
      if (entry.kind === 'payout') return undefined;
      if (dueWon <= 0) return 'not-due';
      const { postings: workedOut } = makeTransferEntry(entry, won(dueWon));
      return areSamePostings(workedOut, entry.postings) ? undefined : 'not-due';
    },
  };
}

type PaymentEntry = Extract<LedgerEntry, { paymentId: unknown }>;

function hasRightPostings(company: Company, { postings, ...event }: PaymentEntry): boolean {
  try {
    return areSamePostings(makePaymentEntry(company, event).postings, postings);
  } catch (error) {
    if (error instanceof ScanPayError) return false;
    throw error;
  }
}

/** Whether a book holds just the postings worked out for it; postings of zero are not booked. */
export function areSamePostings(workedOut: readonly Posting[], booked: readonly Posting[]): boolean {
  const expected = workedOut.filter(({ amountWon }) => amountWon !== 0);
  return (
    expected.length === booked.length &&
    expected.every(({ account, amountWon }, at) => {
      const other = booked[at];
      return other?.account === account && other.amountWon === amountWon;
    })
  );
}
