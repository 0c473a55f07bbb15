import type { StatementState } from '@scanpay/shared/api/settlement.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, DeviceId, MerchantId, PaymentId, StatementId, TransferId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { Hop } from '@scanpay/shared/settlement/statement.ts';
import type { Generated, Kysely } from 'kysely';
import type { Account, LedgerEntry } from '../../../ports/ledger.ts';

/** One booked event (append-only). Payment columns are null for payouts and transfers, which name what they are for. */
export interface LedgerEntryTable {
  seq: Generated<number>;
  /**
   * Names what was booked, so that nothing is booked twice: `kind/paymentId/cancelId`, `payout/statementId`, the same with
   * `/paymentId/kind/cancelId` of a disputed line, or `transfer/transferId`.
   */
  entry_key: string;
  kind: LedgerEntry['kind'];
  payment_id: PaymentId | null;
  cancel_id: CancelId | null;
  statement_id: StatementId | null;
  transfer_id: TransferId | null;
  /** Null in the card company's book, which knows no merchants. */
  merchant_id: MerchantId | null;
  /** The terminal; null in any book but the operator's. */
  device_id: DeviceId | null;
  tender: Tender | null;
  charged_won: Won | null;
  card_fee_won: Won | null;
  pg_fee_won: Won | null;
  operator_fee_won: Won | null;
  merchant_share_won: Won | null;
  at_ms: number;
  business_date: BusinessDate;
  /** From when on the merchant is paid for it; null in any book but the operator's. */
  payout_date: BusinessDate | null;
  /** `entry_hash` of the entry before; empty at the first. */
  previous_hash: string;
  /** See `hashLedgerEntry`. */
  entry_hash: string;
}

/** One side of an entry; debit positive. The amounts of one `entry_seq` add up to 0. */
export interface LedgerPostingTable {
  entry_seq: number;
  position: number;
  account: Account;
  amount_won: Won;
}

/** Signed documents (compact JWS) that an entry of a payment follows from; see `EntryEvidence`. */
export interface EntryEvidenceTable {
  entry_seq: number;
  payment_id: PaymentId;
  own_jws: string;
  peer_jws: string | null;
  told_jws: string | null;
}

/** A business date that takes no more payment entries. */
export interface ClosedDateTable {
  business_date: BusinessDate;
  closed_at_ms: number;
}

/** How the book stood when a closed date was sealed, signed by the company; one per date. */
export interface DayHeadTable {
  business_date: BusinessDate;
  through_seq: number;
  head_hash: string;
  head_jws: string;
}

/** A statement this company sent or received; one per direction, hop, parties, terminal, business and payout date. */
export interface StatementTable {
  statement_id: StatementId;
  direction: 'sent' | 'received';
  hop: Hop;
  sender: string;
  receiver: string;
  /** S15: the terminal. Empty between companies, for a unique key takes two nulls for different. */
  device_id: DeviceId | '';
  business_date: BusinessDate;
  /** S15: from when on it is paid. */
  payout_date: BusinessDate | null;
  /** 1: see `StoredStatement.coversDate`. */
  covers_date: Generated<0 | 1>;
  state: StatementState;
  statement_jws: string;
  /** SHA-256 of `statement_jws`, base64url. */
  statement_sha256: string;
  line_count: number;
  charged_won: Won;
  fee_won: Won;
  payable_won: Won;
  /** What has been paid of it. */
  paid_won: Won;
  /** S15: the transfer that brought the money. */
  transfer_id: TransferId | null;
  /** JSON of StatementFault[]; `[]` unless disputed. */
  faults_json: string;
  /** JSON of SettledLineRecord[]: disputed lines on which one side gave way, with its signed word. */
  settled_json: Generated<string>;
  /** 1: one of those is on its way to the other side. */
  has_proposal: Generated<0 | 1>;
  /** The receiver's signed answer. */
  answer_jws: string | null;
  /** Received: the sender's signed word that it is paid. */
  advice_jws: Generated<string | null>;
  /** Sent: 1 once the receiver has acknowledged the payment, so that it is told no more. */
  paid_told: 0 | 1;
  /** Received: 1 once the statements of the next hop that follow from it are made. */
  onward_made: 0 | 1;
  created_at_ms: number;
  updated_at_ms: number;
}

/** Every role's database holds these beside its own tables. */
export interface LedgerTables {
  ledger_entries: LedgerEntryTable;
  ledger_postings: LedgerPostingTable;
  entry_evidence: EntryEvidenceTable;
  closed_dates: ClosedDateTable;
  day_heads: DayHeadTable;
  statements: StatementTable;
}

/** Narrows a role's own database to the ledger's part; Kysely's types are invariant, so this is the one cast. */
export const asLedger = <Tables extends LedgerTables>(db: Kysely<Tables>): Kysely<LedgerTables> =>
  db as unknown as Kysely<LedgerTables>;
