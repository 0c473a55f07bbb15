import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { CancelId, MerchantId, PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { negateWon, type Split, sumWon, type Won, won } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { StatementLineKind } from '@scanpay/shared/settlement/statement.ts';

export type Company = 'card' | 'pg' | 'operator';

/** Chart of accounts; each company uses the part that concerns it. */
export type Account =
  | 'cardholder-receivable'
  | 'card-receivable'
  | 'pg-receivable'
  | 'operator-receivable'
  | 'merchant-receivable'
  | 'pg-payable'
  | 'operator-payable'
  | 'merchant-payable'
  | 'fee-income'
  | 'bank';

/** One side of an entry; debit positive, credit negative. */
export interface Posting {
  account: Account;
  amountWon: Won;
}

/** A booked sale, cancel or reversal with all it takes to state it again. */
export interface PaymentEntry {
  kind: StatementLineKind;
  paymentId: PaymentId;
  cancelId: CancelId | null;
  /** Null in the card company's book: it knows the PG, not the PG's merchants. */
  merchantId: MerchantId | null;
  tender: Tender;
  split: Split;
  atMs: number;
  businessDate: BusinessDate;
  postings: Posting[];
}

/** Money moved for a statement (S13–S15 approved and paid). */
export interface PayoutEntry {
  kind: 'payout';
  statementId: StatementId;
  atMs: number;
  businessDate: BusinessDate;
  postings: Posting[];
}

export type LedgerEntry = PaymentEntry | PayoutEntry;

const posting = (account: Account, amountWon: Won): Posting => ({ account, amountWon });

/** Card tender, from each company's own view (DESIGN §7). */
function cardSale(company: Company, split: Split): Posting[] {
  const { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon } = split;
  if (company === 'card') {
    return [
      posting('cardholder-receivable', chargedWon),
      posting('fee-income', negateWon(cardFeeWon)),
      posting('pg-payable', won(cardFeeWon - chargedWon)),
    ];
  }
  if (company === 'pg') {
    return [
      posting('card-receivable', won(chargedWon - cardFeeWon)),
      posting('fee-income', negateWon(pgFeeWon)),
      posting('operator-payable', won(-operatorFeeWon - merchantShareWon)),
    ];
  }
  return [
    posting('pg-receivable', won(operatorFeeWon + merchantShareWon)),
    posting('fee-income', negateWon(operatorFeeWon)),
    posting('merchant-payable', negateWon(merchantShareWon)),
  ];
}

/** Cash tender: the merchant holds the money, and owes the operator both fees, of which the PG's is passed on ([0048]). */
function cashSale(company: Company, split: Split): Posting[] {
  const { pgFeeWon, operatorFeeWon } = split;
  if (company === 'card') return [];
  if (company === 'pg') {
    return [posting('operator-receivable', pgFeeWon), posting('fee-income', negateWon(pgFeeWon))];
  }
  return [
    posting('merchant-receivable', won(pgFeeWon + operatorFeeWon)),
    posting('fee-income', negateWon(operatorFeeWon)),
    posting('pg-payable', negateWon(pgFeeWon)),
  ];
}

/** @throws ScanPayError `internal` when debits and credits differ. */
export function assertBalanced(postings: readonly Posting[]): void {
  const sum = sumWon(postings.map((each) => each.amountWon));
  if (sum !== 0) throw new ScanPayError('internal', `entry does not balance by ${sum}`);
}

/** The entry a company books for an event of a payment; cancels and reversals mirror the original split. */
export function makePaymentEntry(company: Company, event: Omit<PaymentEntry, 'postings'>): PaymentEntry {
  const { split } = event;
  const parts = split.cardFeeWon + split.pgFeeWon + split.operatorFeeWon + split.merchantShareWon;
  if (parts !== split.chargedWon) throw new ScanPayError('internal', 'the split does not add up to the charge');
  const sale = event.tender === 'card' ? cardSale(company, split) : cashSale(company, split);
  const postings = event.kind === 'sale' ? sale : sale.map((each) => posting(each.account, negateWon(each.amountWon)));
  assertBalanced(postings);
  return { ...event, postings };
}
