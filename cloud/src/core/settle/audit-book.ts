import { type BusinessDate, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import type { PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { openDayHead } from '@scanpay/shared/settlement/day-head.ts';
import { findFault, type LineName } from '@scanpay/shared/settlement/line-act.ts';
import { isSameDigest } from '@scanpay/shared/settlement/lines-digest.ts';
import { openStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { lineKey, type Statement } from '@scanpay/shared/settlement/statement.ts';
import { agreedSums } from '@scanpay/shared/settlement/statement-faults.ts';
import type { Company, PayoutEntry, PayoutName, TransferEntry } from '../../ports/ledger.ts';
import { type BookReader, type ChainedEntry, chainStart } from '../../ports/ledger-chain.ts';
import type { SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';
import { holdToTime } from '../audit/dated-keys.ts';
import type { StatementTrust } from '../audit/statement-trust.ts';
import { findWordFault, type WordFault } from '../audit/statement-words.ts';
import { areSamePostings, type BookChecker, type BookFault, createBookChecker } from './check-book.ts';
import { digestBook, scopeOf } from './line-pages.ts';
import { makeLinePayout } from './line-payout.ts';
import { createPaymentCourse } from './payment-course.ts';
import { makePayoutEntry } from './payout.ts';

/** What an audit found first; nothing after it was looked at. */
export type AuditFinding =
  | ({ what: 'entry' } & BookFault)
  /** The signed head of a closed date: its signature, or the book it signs, is another. */
  | { what: 'day-head'; businessDate: BusinessDate; reason: 'signature' | 'head-differs' }
  | {
      what: 'statement';
      statementId: StatementId;
      /**
       * `lines`: what its own book says of that date differs; `money`: the book moved another amount for it, to somebody else,
       * or none; `transfer`: the transfer it names is not in the book, or another's. The others: see `WordFault`.
       */
      reason: 'missing-text' | 'signature' | 'lines' | 'money' | 'transfer' | WordFault['reason'];
      /** The disputed line it is about. */
      line?: LineName;
      /** What should be there, in words; null: nothing, or nobody knows. */
      expected: string | null;
      /** What is there. */
      found: string | null;
    }
  /** Money moved for a statement that is not kept, or not paid. */
  | { what: 'payout'; statementId: StatementId; reason: 'no-such-statement' };

export interface AuditReport {
  company: Company;
  entries: number;
  statements: number;
  sealedDates: number;
  /** Null: every balance and statement follows from the first entry on. */
  finding: AuditFinding | null;
}

export interface AuditSubject {
  company: Company;
  book: BookReader;
  store: Pick<SettlementStore, 'listStatements' | 'findStatement' | 'readStatementJws' | 'readEvents'>;
  /** Whose signatures are believed; the company's own keys sign day heads, and the statements it sent. */
  trust: StatementTrust;
}

/** Entries, or payments with theirs, read at once. */
const pageSize = 1_000;
/** Statements whose payouts are looked up at once. */
const payoutsAtOnce = 200;

/**
 * Takes one company's database at its word in nothing: chain and postings from the first entry on, signed day heads,
 * and each statement against its signature, the book and the money that moved for it. Memory grows with accounts, merchants
 * and dates, and with the statements of one date; not with the payments.
 */
export async function auditBook(subject: AuditSubject): Promise<AuditReport> {
  const checker = createBookChecker(subject.company);
  const counts = { statements: 0, sealedDates: 0 };
  /** The first statement for which money moved, and which is not among those of a closed date. */
  const orphans: StatementId[] = [];
  const finding =
    (await auditEntries(subject, checker, orphans)) ??
    (await auditPayments(subject.book)) ??
    (await auditStatements(subject, counts)) ??
    orphans.map((statementId): AuditFinding => ({ what: 'payout', statementId, reason: 'no-such-statement' }))[0];
  return { company: subject.company, entries: checker.entryCount(), ...counts, finding: finding ?? null };
}

type Counts = Pick<AuditReport, 'statements' | 'sealedDates'>;

async function auditEntries(
  { book, store }: AuditSubject,
  checker: BookChecker,
  orphans: StatementId[],
): Promise<AuditFinding | undefined> {
  const closed = new Set(await book.listClosedDates());
  for await (const next of readEntries(book)) {
    const fault = checker.add(next);
    if (fault !== undefined) return { what: 'entry', ...fault };
    if (next.entry.kind !== 'payout' || orphans.length > 0) continue;
    const { statementId, line } = next.entry;
    const stored = await store.findStatement(statementId);
    const isKnown = line === undefined || (stored !== undefined && findSettled(stored, line) !== undefined);
    if (stored === undefined || !closed.has(stored.businessDate) || !isKnown) orphans.push(statementId);
  }
  return undefined;
}

async function* readEntries(book: BookReader): AsyncGenerator<ChainedEntry> {
  for (let afterSeq = 0; ; ) {
    const page = await book.readEntries(afterSeq, pageSize);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
  }
}

/** The first entry, in order of booking, that takes back what is not there to be taken back. */
async function auditPayments(book: BookReader): Promise<AuditFinding | undefined> {
  let first: BookFault | undefined;
  let after: PaymentId | null = null;
  do {
    const { entries, next }: Awaited<ReturnType<BookReader['readPayments']>> = await book.readPayments(after, pageSize);
    for (const fault of findCourseFaults(entries)) if (first === undefined || fault.seq < first.seq) first = fault;
    after = next;
  } while (after !== null);
  return first && { what: 'entry', ...first };
}

/** Entries in order of payments; the first of each payment that does not follow from its sale. */
function* findCourseFaults(entries: readonly ChainedEntry[]): Generator<BookFault> {
  let paymentId: PaymentId | undefined;
  let course = createPaymentCourse();
  let isOff = false;
  for (const { seq, entry } of entries) {
    if (entry.kind === 'payout' || entry.kind === 'transfer') continue;
    if (entry.paymentId !== paymentId) {
      ({ paymentId } = entry);
      course = createPaymentCourse();
      isOff = false;
    }
    if (isOff || course.take(entry)) continue;
    isOff = true;
    yield { seq, entry, reason: 'no-such-sale' };
  }
}

/** Undefined: there is no such entry. */
async function hashAt(book: BookReader, seq: number): Promise<string | undefined> {
  if (seq === 0) return chainStart;
  const [entry] = await book.readEntries(seq - 1, 1);
  return entry?.seq === seq ? entry.hash : undefined;
}

async function auditStatements(subject: AuditSubject, counts: Counts): Promise<AuditFinding | undefined> {
  const { book, store } = subject;
  const headsFault = await auditHeads(subject, counts);
  if (headsFault !== undefined) return headsFault;
  for (const businessDate of await book.listClosedDates()) {
    const statements = await store.listStatements(businessDate);
    for (let from = 0; from < statements.length; from += payoutsAtOnce) {
      const part = statements.slice(from, from + payoutsAtOnce);
      const payouts = await book.findPayouts(part.flatMap(listPayouts));
      const transfers = await book.findTransfers(part.flatMap(({ transferId }) => transferId ?? []));
      for (const stored of part) {
        const { statementId } = stored;
        const moved = payouts.filter((each) => each.statementId === statementId);
        const whole = moved.find(({ line }) => line === undefined);
        const fault =
          (await findStatementFault(subject, stored, whole)) ??
          findLineFault(stored, moved) ??
          findTransferFault(stored, transfers);
        if (fault !== undefined) return { what: 'statement', statementId, expected: null, found: null, ...fault };
        counts.statements += 1;
      }
    }
  }
  return undefined;
}

/** Each signed head against the entry it names; dates in order, and so are their last entries. */
async function auditHeads({ company, book, trust }: AuditSubject, counts: Counts): Promise<AuditFinding | undefined> {
  for (const { businessDate, throughSeq, hash, headJws } of await book.listDayHeads()) {
    const opened = await openDayHead(headJws, trust.ownKeys.resolve);
    const signed = holdToTime(opened, headJws, trust.ownKeys, ({ sealedAtMs }) => [sealedAtMs]);
    if (!signed.ok) return { what: 'day-head', businessDate, reason: 'signature' };
    const said = signed.value;
    const agrees =
      said.company === company &&
      said.businessDate === businessDate &&
      said.throughSeq === throughSeq &&
      said.hash === hash &&
      (await hashAt(book, throughSeq)) === hash;
    if (!agrees) return { what: 'day-head', businessDate, reason: 'head-differs' };
    counts.sealedDates += 1;
  }
  return undefined;
}

/** What may have moved for a statement: at once, and for each disputed line that was settled later. */
const listPayouts = ({ statementId, settledLines }: StoredStatement): PayoutName[] => [
  { statementId },
  ...settledLines.filter(({ state }) => state === 'settled').map(({ line }) => ({ statementId, line })),
];

const findSettled = ({ settledLines }: StoredStatement, line: LineName) =>
  settledLines.find((each) => each.state === 'settled' && lineKey(each.line) === lineKey(line));

type Found = Omit<Extract<AuditFinding, { what: 'statement' }>, 'what' | 'statementId' | 'expected' | 'found'> &
  Partial<Pick<WordFault, 'expected' | 'found'>>;

/** Every settled line moved its agreed amount, once, to whom it is due. */
function findLineFault(stored: StoredStatement, moved: readonly PayoutEntry[]): Found | undefined {
  for (const { line, outcome, state } of stored.settledLines) {
    if (state !== 'settled') continue;
    const entry = moved.find((each) => each.line !== undefined && lineKey(each.line) === lineKey(line));
    const fault = findFault(stored.faults, line);
    if (entry === undefined || fault === undefined) return { reason: 'money', line };
    const right = makeLinePayout(stored.direction, stored, { fault, line, outcome }, entry.atMs, entry.businessDate);
    if (!isSamePayout(right, entry)) return { reason: 'money', line, ...describeMoney(right, entry) };
  }
  return undefined;
}

/** The transfer that brought the money went to the merchant whose statement it is. */
function findTransferFault(
  { transferId, receiver }: StoredStatement,
  transfers: readonly TransferEntry[],
): Found | undefined {
  if (transferId === null) return undefined;
  const entry = transfers.find((each) => each.transferId === transferId);
  if (entry?.merchantId === receiver) return undefined;
  const expected = `transfer ${transferId} to ${receiver}`;
  return { reason: 'transfer', expected, found: entry === undefined ? null : `to ${entry.merchantId}` };
}

async function findStatementFault(
  { store, trust }: AuditSubject,
  stored: StoredStatement,
  payout: PayoutEntry | undefined,
): Promise<Found | undefined> {
  const jws = await store.readStatementJws(stored.statementId);
  if (jws === undefined) return { reason: 'missing-text' };
  const keys = stored.direction === 'sent' ? trust.ownKeys : trust.senderKeys;
  // Signed at some time after its date had begun.
  const startMs = startOfBusinessDateMs(stored.businessDate);
  const whenMade = (): [number, number] => [startMs, Number.POSITIVE_INFINITY];
  const opened = holdToTime(await openStatement(jws, keys.resolve), jws, keys, whenMade);
  if (!opened.ok) return { reason: 'signature', expected: `signed by ${stored.sender}`, found: opened.detail };
  const { statement } = opened.value;
  if (!isTheOne(statement, stored, opened.value.sha256)) return { reason: 'signature' };
  // Received and disputed: it is allowed to differ, that is what the dispute is about.
  const mayDiffer = stored.direction === 'received' && isDisputed(stored);
  if (!mayDiffer && !isSameDigest(await digestBook(store, statement.hop, scopeOf(stored)), statement))
    return { reason: 'lines' };
  return (await findWordFault(stored, trust)) ?? findMoneyFault(stored, statement, payout);
}

/** What moved is what both sides have signed: the statement, less the lines that the receiver's answer finds at fault. */
function findMoneyFault(
  stored: StoredStatement,
  statement: Statement,
  payout: PayoutEntry | undefined,
): Found | undefined {
  const isPaid = ['paid', 'part-paid'].includes(stored.state);
  if (payout === undefined) return isPaid ? { reason: 'money', expected: `${stored.paidWon} won` } : undefined;
  const agreed = agreedSums(statement.hop, statement.tenders, stored.faults);
  if (!isPaid || agreed === null) return { reason: 'money', found: describePayout(payout) };
  const right = makePayoutEntry(stored.direction, statement, agreed, payout.atMs, payout.businessDate);
  if (!isSamePayout(right, payout)) return { reason: 'money', ...describeMoney(right, payout) };
  if (agreed.payableWon === stored.paidWon) return undefined;
  return { reason: 'money', expected: `${agreed.payableWon} won`, found: `${stored.paidWon} won noted as paid` };
}

const isSamePayout = (right: PayoutEntry, booked: PayoutEntry): boolean =>
  right.merchantId === booked.merchantId && areSamePostings(right.postings, booked.postings);

const describeMoney = (right: PayoutEntry, booked: PayoutEntry) => ({
  expected: describePayout(right),
  found: describePayout(booked),
});

function describePayout({ merchantId, postings }: PayoutEntry): string {
  const moved = postings.filter(({ amountWon }) => amountWon !== 0);
  const words = moved.map(({ account, amountWon }) => `${account} ${amountWon}`).join(', ');
  return merchantId === null ? words : `${merchantId}: ${words}`;
}

const isDisputed = ({ state }: StoredStatement): boolean => state === 'disputed' || state === 'part-paid';

function isTheOne(statement: Statement, stored: StoredStatement, sha256: string): boolean {
  return (
    stored.sha256 === sha256 &&
    statement.statementId === stored.statementId &&
    statement.hop === stored.hop &&
    statement.sender === stored.sender &&
    statement.receiver === stored.receiver &&
    statement.deviceId === stored.deviceId &&
    statement.payoutDate === stored.payoutDate &&
    statement.businessDate === stored.businessDate &&
    statement.totals.payableWon === stored.payableWon
  );
}
