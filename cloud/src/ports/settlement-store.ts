import type { StatementState } from '@scanpay/shared/api/settlement.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId, PaymentId, StatementId, TransferId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { SettledLine } from '@scanpay/shared/settlement/line-act.ts';
import type { BookedEvent, Hop, Statement, StatementFault } from '@scanpay/shared/settlement/statement.ts';
import type { Account, PayoutEntry, TransferEntry } from './ledger.ts';
import type { ChainedEntry, ChainHead, StoredDayHead } from './ledger-chain.ts';
import type { TransferReader } from './transfer-reader.ts';

/** A statement about to be stored, with the signed text both sides keep. */
export interface NewStatement {
  statement: Statement;
  jws: string;
  /** SHA-256 of `jws`, base64url. */
  sha256: string;
}

/** A statement as one company keeps it. Its lines are not kept: they follow from the book (`readEvents`). */
export interface StoredStatement {
  statementId: StatementId;
  direction: 'sent' | 'received';
  hop: Hop;
  sender: string;
  receiver: string;
  /** S15: the terminal whose payments these are. */
  deviceId: DeviceId | null;
  businessDate: BusinessDate;
  /** S15: from when on it is paid. */
  payoutDate: BusinessDate | null;
  /** S15: it states all of the terminal's date, for it was made before each payment had a payout date of its own. */
  coversDate: boolean;
  state: StatementState;
  sha256: string;
  lineCount: number;
  chargedWon: Won;
  feeWon: Won;
  payableWon: Won;
  /** What has been paid of it. */
  paidWon: Won;
  /** S15: the transfer that brought the money; null: none yet, or it is carried forward. */
  transferId: TransferId | null;
  /** Empty unless disputed. */
  faults: StatementFault[];
  /** Disputed lines on which one side gave way. */
  settledLines: SettledLineRecord[];
  /** The receiver's signed answer: `SignedAnswer`, or a terminal's `settlement.answer`; null: none yet. */
  answerJws: string | null;
  /** Received and paid: the sender's signed word that it is (`PaymentAdvice`). */
  adviceJws: string | null;
  updatedAtMs: number;
}

/** A disputed line on which one side gave way. */
export interface SettledLineRecord extends SettledLine {
  /** That side's word (compact JWS): a `LineAct`, or a terminal's `settlement.accept`. */
  actJws: string;
}

/** What the receiver of a statement found. */
export interface Verdict {
  state: 'approved' | 'disputed';
  faults: StatementFault[];
  /** The receiver's signed answer. */
  answerJws: string;
}

/** A part of a book: one business date, of one terminal at one merchant or (null) of all. */
export interface BookScope {
  businessDate: BusinessDate;
  /** `any`: whenever it is paid. */
  terminal: (Terminal & { payoutDate: BusinessDate | null | 'any' }) | null;
}

export interface Terminal {
  deviceId: DeviceId;
  merchantId: MerchantId;
}

/** What S15 states at once: payments of one terminal that are paid on the same date. */
export interface TerminalPart extends Terminal {
  /** Null: booked before payout dates were kept. */
  payoutDate: BusinessDate | null;
}

export interface EventPage {
  /** In order of payment id; all of a payment, or none. */
  events: BookedEvent[];
  /** Where the next page begins (`after`); null: this was the last. */
  next: PaymentId | null;
}

/** One company's book and its statements. Every method is one transaction, on disk when it resolves. */
export interface SettlementStore extends TransferReader {
  isBusinessDateClosed(businessDate: BusinessDate): Promise<boolean>;
  /** Closed dates for which no statement of this hop was made, oldest first. */
  listClosedDatesWithout(hop: Hop): Promise<BusinessDate[]>;
  /** Payments after `after` (null: from the first) with what was booked of them, some thousand events a page. */
  readEvents(scope: BookScope, after: PaymentId | null): Promise<EventPage>;
  /** What was booked of these payments, in order; at most some thousand. */
  findEvents(scope: BookScope, paymentIds: readonly PaymentId[]): Promise<BookedEvent[]>;
  /** What was booked of one payment, in order of booking. */
  findPaymentEntries(paymentId: PaymentId): Promise<ChainedEntry[]>;
  /** Terminals with anything booked on the date, once for each payout date of that, in order. */
  listTerminalParts(businessDate: BusinessDate): Promise<TerminalPart[]>;
  /** Balance of every account that was ever used, in order of name; debit positive. */
  readBalances(): Promise<{ account: Account; amountWon: Won }[]>;
  /** The last entry of the book. */
  readChainHead(): Promise<ChainHead>;
  /** Closed dates without a head, oldest first. */
  listUnsealedDates(): Promise<BusinessDate[]>;
  /** Of two heads of one date the first stays. */
  addDayHead(head: StoredDayHead): Promise<void>;

  /**
   * Stores statements to send as `presented`, all or none; of two for the same hop, parties and dates the first stays.
   * Returns the ids of those that were new. `onwardOf`: the received statement they follow from; if its statements are
   * made already, nothing is stored.
   */
  addSent(statements: NewStatement[], onwardOf: StatementId | null, nowMs: number): Promise<StatementId[]>;
  /**
   * Stores a received statement with its verdict, unless one for the same hop, parties and dates is there; returns the
   * one that is there then. Undefined: the statement id belongs to another statement.
   */
  addReceived(received: NewStatement, verdict: Verdict, nowMs: number): Promise<StoredStatement | undefined>;
  findStatement(statementId: StatementId): Promise<StoredStatement | undefined>;
  findReceived(
    key: Pick<Statement, 'hop' | 'sender' | 'receiver' | 'deviceId' | 'businessDate' | 'payoutDate'>,
  ): Promise<StoredStatement | undefined>;
  readStatementJws(statementId: StatementId): Promise<string | undefined>;
  listStatements(businessDate: BusinessDate): Promise<StoredStatement[]>;
  /** S15: the statements that a transfer cleared, oldest first. */
  listTransferred(transferId: TransferId): Promise<StoredStatement[]>;
  /** Statements of a date between companies, and the one for this terminal that holds what is paid on that date. */
  listCovering(
    businessDate: BusinessDate,
    terminal: Pick<TerminalPart, 'deviceId' | 'payoutDate'> | null,
  ): Promise<StoredStatement[]>;
  /** Sent statements that wait for something: an answer, the payout, or the word that it is paid. */
  listUnfinishedSent(): Promise<StatementId[]>;
  /** S15: sent to this terminal and not answered yet. */
  listUnanswered(deviceId: DeviceId): Promise<StatementId[]>;
  /** Statements that are not paid, received or sent, by state. */
  countOpenStatements(): Promise<Partial<Record<StatementState, number>>>;
  /** S15: terminals with a statement that was presented before and is not answered, in order. */
  listTardyTerminals(presentedBeforeMs: number): Promise<DeviceId[]>;
  /** Received and answered, but the next hop's statements are not made yet. */
  listWithoutOnward(): Promise<StoredStatement[]>;

  /** Sent: `presented` → `approved` or `disputed`. False: it was answered before, and that answer stays. */
  recordAnswer(statementId: StatementId, verdict: Verdict, nowMs: number): Promise<boolean>;
  /**
   * `approved` → `paid`, or `disputed` → `part-paid`, with its ledger entry and, received, the sender's signed word on it.
   * False: it was in neither state.
   */
  recordPayout(entry: PayoutEntry, paid: { paidWon: Won; adviceJws: string | null }, nowMs: number): Promise<boolean>;
  /** S15: a merchant's, answered and not paid, whose payout date has come; oldest first. */
  listDue(today: BusinessDate, merchantId: MerchantId): Promise<StoredStatement[]>;
  /**
   * S15: clears these statements of a merchant (see `recordPayout`; those that are paid already are left out), and
   * transfers all that is then due to it. Negative or nothing: it is carried forward, and nothing is transferred.
   * Returns what was transferred.
   */
  payMerchant(
    merchantId: MerchantId,
    payouts: readonly { entry: PayoutEntry; paidWon: Won }[],
    nowMs: number,
    toTransfer: (dueWon: Won) => TransferEntry,
  ): Promise<Won>;
  /** What is due to a merchant and not transferred; negative: carried forward. */
  readDueWon(merchantId: MerchantId): Promise<Won>;
  /** Statements with a disputed line on which this side gave way and the other has not taken it yet. */
  listProposing(): Promise<StatementId[]>;
  /** Adds a line as `proposed`. False: the line is settled already, or somebody else's proposal is there. */
  proposeLine(statementId: StatementId, line: SettledLineRecord): Promise<boolean>;
  /**
   * Adds a line as `settled`, in place of any proposal for it, with its ledger entry. False: it is settled already, and
   * stays as it is.
   */
  settleLine(statementId: StatementId, line: SettledLineRecord, entry: PayoutEntry, nowMs: number): Promise<boolean>;
  /** Sent: the receiver knows what was paid. */
  markPaidTold(statementId: StatementId): Promise<void>;
}
