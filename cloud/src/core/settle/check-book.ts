import { ScanPayError } from '@scanpay/shared/errors.ts';
import { type Split, splitRefund, sumWon, type Won, won } from '@scanpay/shared/money.ts';
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
 * from the split. What it remembers grows with the payments that can still be refunded: one short text for each sale, and
 * the cancel ids of those refunded in part.
 */
export function createBookChecker(company: Company): BookChecker {
  const balances = new Map<Account, Won>();
  const sales = createSaleBook();
  const dues = trackDues();
  let head: ChainHead = { throughSeq: 0, hash: chainStart };
  let entryCount = 0;

  const findReason = ({ seq, entry, previousHash, hash }: ChainedEntry): BookFault['reason'] | undefined => {
    if (previousHash !== head.hash || seq <= head.throughSeq) return 'chain-broken';
    if (hashLedgerEntry(previousHash, entry) !== hash) return 'altered';
    if (sumWon(entry.postings.map(({ amountWon }) => amountWon)) !== 0) return 'unbalanced';
    if (entry.kind === 'payout' || entry.kind === 'transfer') return dues.findReason(entry);
    if (!hasRightPostings(company, entry)) return 'wrong-postings';
    return sales.take(entry) ? undefined : 'no-such-sale';
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

interface PartRefunded {
  refundedWon: Won;
  cancelIds: Set<string>;
}

/** Whether each sale is new, and each cancel or reversal takes back what was not taken back yet. */
function createSaleBook(): { take(entry: PaymentEntry): boolean } {
  const openSales = new Map<string, string>();
  const partRefunded = new Map<string, PartRefunded>();

  const takeCancel = ({ paymentId, cancelId, split, tender }: PaymentEntry, saleSplit: Split): boolean => {
    const before = partRefunded.get(paymentId) ?? { refundedWon: won(0), cancelIds: new Set() };
    const { chargedWon } = split;
    const afterWon = won(before.refundedWon + chargedWon);
    if (cancelId === null || before.cancelIds.has(cancelId) || chargedWon <= 0) return false;
    if (afterWon > saleSplit.chargedWon) return false;
    const expected = splitRefund(saleSplit, before.refundedWon, chargedWon);
    if (termsOf(tender, expected) !== termsOf(tender, split)) return false;
    if (afterWon === saleSplit.chargedWon) {
      partRefunded.delete(paymentId);
      openSales.set(paymentId, takenBack);
    } else {
      partRefunded.set(paymentId, { refundedWon: afterWon, cancelIds: before.cancelIds.add(cancelId) });
    }
    return true;
  };
  return {
    take(entry) {
      const { kind, paymentId, split, tender } = entry;
      const known = openSales.get(paymentId);
      if (kind === 'sale') {
        if (known === undefined) openSales.set(paymentId, termsOf(tender, split));
        return known === undefined;
      }
      if (known === undefined || known === takenBack) return false;
      if (kind === 'cancel') {
        const sale = readTerms(known);
        return sale.tender === tender && takeCancel(entry, sale.split);
      }
      if (known !== termsOf(tender, split) || partRefunded.has(paymentId)) return false;
      openSales.set(paymentId, takenBack);
      return true;
    },
  };
}

const takenBack = 'taken back';

const termsOf = (tender: PaymentEntry['tender'], split: Split): string =>
  [tender, split.chargedWon, split.cardFeeWon, split.pgFeeWon, split.operatorFeeWon, split.merchantShareWon].join(' ');

function readTerms(terms: string): { tender: string; split: Split } {
  const [tender = '', ...amounts] = terms.split(' ');
  const [charged, cardFee, pgFee, operatorFee, merchantShare] = amounts.map((amount) => won(Number(amount)));
  if (
    charged === undefined ||
    cardFee === undefined ||
    pgFee === undefined ||
    operatorFee === undefined ||
    merchantShare === undefined
  )
    throw new ScanPayError('internal', 'a sale is not remembered as it was written');
  const fees = { cardFeeWon: cardFee, pgFeeWon: pgFee, operatorFeeWon: operatorFee };
  return { tender, split: { chargedWon: charged, ...fees, merchantShareWon: merchantShare } };
}
