import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { CancelId, DeviceId, MerchantId, PaymentId, StatementId, TransferId } from '@scanpay/shared/ids.ts';
import { type Split, sumWon, type Won } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { LineName } from '@scanpay/shared/settlement/line-act.ts';
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
  /** What the approved statements of shops have made due to each of them; negative: carried forward against it. */
  | 'merchant-settlement'
  /** What a company bore, or gained, by giving way on a disputed line. */
  | 'settlement-difference'
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
  /** The terminal; only the operator knows it. */
  deviceId: DeviceId | null;
  tender: Tender;
  split: Split;
  atMs: number;
  businessDate: BusinessDate;
  /** From when on the merchant is paid for it; only the operator knows. Null there: from before it was kept. */
  payoutDate: BusinessDate | null;
  postings: Posting[];
  /** What it follows from. Written beside the entry; whoever reads entries gets them without. */
  evidence?: EntryEvidence;
}

/** Signed documents (compact JWS) that an entry of a payment follows from; kept for good. */
export interface EntryEvidence {
  /** The company's own word (see `BookingEvidence`). */
  ownJws: string;
  /** The word of the company that was asked; null: there was none to ask. */
  peerJws: string | null;
  /** What the terminal was told (S22); the operator's alone. */
  toldJws: string | null;
}

/** Names what was booked of a payment. */
export type EvidenceKey = Pick<PaymentEntry, 'kind' | 'paymentId' | 'cancelId'>;

/**
 * A statement is cleared, or what both sides agree on of a disputed one: between companies money moves for each (S13,
 * S14), to a merchant it becomes due (S15) and moves with a transfer.
 */
export interface PayoutEntry {
  kind: 'payout';
  statementId: StatementId;
  /** S15: whose statement. */
  merchantId: MerchantId | null;
  /** A disputed line settled after the rest; absent: the statement, or what was agreed on of it at once. */
  line?: LineName;
  atMs: number;
  businessDate: BusinessDate;
  postings: Posting[];
}

/** Which payout of a statement: of it as a whole, or of one disputed line. */
export type PayoutName = Pick<PayoutEntry, 'statementId' | 'line'>;

/** All that is due to a merchant goes to its bank account. */
export interface TransferEntry {
  kind: 'transfer';
  transferId: TransferId;
  merchantId: MerchantId;
  atMs: number;
  businessDate: BusinessDate;
  postings: Posting[];
}

export type LedgerEntry = PaymentEntry | PayoutEntry | TransferEntry;

/** @throws ScanPayError `internal` when debits and credits differ. */
export function assertBalanced(postings: readonly Posting[]): void {
  const sum = sumWon(postings.map((each) => each.amountWon));
  if (sum !== 0) throw new ScanPayError('internal', `entry does not balance by ${sum}`);
}
