import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { StatementId } from '@scanpay/shared/ids.ts';
import { openDayHead } from '@scanpay/shared/settlement/day-head.ts';
import { findFault } from '@scanpay/shared/settlement/line-act.ts';
import { isSameDigest } from '@scanpay/shared/settlement/lines-digest.ts';
import { openStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { lineKey, type Statement } from '@scanpay/shared/settlement/statement.ts';
import { agreedSums } from '@scanpay/shared/settlement/statement-faults.ts';
import type { ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import type { Company, PayoutEntry } from '../../ports/ledger.ts';
import type { BookReader } from '../../ports/ledger-chain.ts';
import type { SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';
import { areSamePostings, type BookChecker, type BookFault, createBookChecker } from './check-book.ts';
import { digestBook, scopeOf } from './line-pages.ts';
import { makeLinePayout } from './line-payout.ts';
import { makePayoutEntry } from './payout.ts';

/** What an audit found first; nothing after it was looked at. */
export type AuditFinding =
  | ({ what: 'entry' } & BookFault)
  /** The signed head of a closed date: its signature, or the book it signs, is another. */
  | { what: 'day-head'; businessDate: BusinessDate; reason: 'signature' | 'head-differs' }
  | {
      what: 'statement';
      statementId: StatementId;
      /** `lines`: what its own book says of that date differs; `money`: the book moved another amount for it, or none. */
      reason: 'missing-text' | 'signature' | 'lines' | 'money';
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
  store: Pick<SettlementStore, 'listStatements' | 'readStatementJws' | 'readEvents'>;
  /** The company's own signing keys: day heads, and the statements it sent. */
  ownKeys: ResolveKey;
  /** Keys of who sends it statements. */
  senderKeys: ResolveKey;
}

/** Entries read at once. */
const pageSize = 1_000;

/**
 * Takes one company's database at its word in nothing: chain and postings from the first entry on, signed day heads,
 * and each statement against its signature, the book and the money that moved for it.
 */
export async function auditBook(subject: AuditSubject): Promise<AuditReport> {
  const checker = createBookChecker(subject.company);
  const payouts: Payouts = new Map();
  const counts = { statements: 0, sealedDates: 0 };
  const finding =
    (await auditEntries(subject, checker, payouts, counts)) ?? (await auditStatements(subject, payouts, counts));
  return { company: subject.company, entries: checker.entryCount(), ...counts, finding: finding ?? null };
}

type Counts = Pick<AuditReport, 'statements' | 'sealedDates'>;

async function auditEntries(
  { company, book, ownKeys }: AuditSubject,
  checker: BookChecker,
  payouts: Payouts,
  counts: Counts,
): Promise<AuditFinding | undefined> {
  const heads = await book.listDayHeads();
  const hashAt = new Map(heads.map(({ throughSeq }) => [throughSeq, throughSeq === 0 ? '' : undefined]));
  for (let afterSeq = 0; ; afterSeq = checker.head().throughSeq) {
    const page = await book.readEntries(afterSeq, pageSize);
    if (page.length === 0) break;
    for (const next of page) {
      const fault = checker.add(next);
      if (fault !== undefined) return { what: 'entry', ...fault };
      if (hashAt.has(next.seq)) hashAt.set(next.seq, next.hash);
      if (next.entry.kind === 'payout') notePayout(payouts, next.entry);
    }
  }
  for (const { businessDate, throughSeq, hash, headJws } of heads) {
    const signed = await openDayHead(headJws, ownKeys);
    if (!signed.ok) return { what: 'day-head', businessDate, reason: 'signature' };
    const said = signed.value;
    const agrees =
      said.company === company &&
      said.businessDate === businessDate &&
      said.throughSeq === throughSeq &&
      said.hash === hash &&
      hashAt.get(throughSeq) === hash;
    if (!agrees) return { what: 'day-head', businessDate, reason: 'head-differs' };
    counts.sealedDates += 1;
  }
  return undefined;
}

async function auditStatements(
  subject: AuditSubject,
  payouts: Payouts,
  counts: Counts,
): Promise<AuditFinding | undefined> {
  for (const businessDate of await subject.book.listClosedDates()) {
    for (const stored of await subject.store.listStatements(businessDate)) {
      const booked = payouts.get(stored.statementId);
      const reason =
        (await findStatementReason(subject, stored, booked?.whole)) ?? findLineReason(stored, booked?.lines ?? []);
      if (reason !== undefined) return { what: 'statement', statementId: stored.statementId, reason };
      payouts.delete(stored.statementId);
      counts.statements += 1;
    }
  }
  for (const statementId of payouts.keys()) return { what: 'payout', statementId, reason: 'no-such-statement' };
  return undefined;
}

/** What moved for a statement: at once, and for disputed lines later. */
type Payouts = Map<StatementId, { whole: PayoutEntry | undefined; lines: PayoutEntry[] }>;

function notePayout(payouts: Payouts, entry: PayoutEntry): void {
  const known = payouts.get(entry.statementId) ?? { whole: undefined, lines: [] };
  if (entry.line === undefined) known.whole = entry;
  else known.lines.push(entry);
  payouts.set(entry.statementId, known);
}

/** Every settled line moved its agreed amount, once, and no other line moved any. */
function findLineReason(stored: StoredStatement, booked: readonly PayoutEntry[]): 'money' | undefined {
  const settled = stored.settledLines.filter(({ state }) => state === 'settled');
  const isRight = booked.every((entry) => {
    const of = settled.find(({ line }) => entry.line !== undefined && lineKey(line) === lineKey(entry.line));
    const fault = of && findFault(stored.faults, of.line);
    if (of === undefined || fault === undefined) return false;
    const right = makeLinePayout(stored.direction, stored, { fault, ...of }, entry.atMs, entry.businessDate);
    return areSamePostings(right.postings, entry.postings);
  });
  return isRight && settled.length === booked.length ? undefined : 'money';
}

type StatementReason = Extract<AuditFinding, { what: 'statement' }>['reason'];

async function findStatementReason(
  { store, ownKeys, senderKeys }: AuditSubject,
  stored: StoredStatement,
  payout: PayoutEntry | undefined,
): Promise<StatementReason | undefined> {
  const jws = await store.readStatementJws(stored.statementId);
  if (jws === undefined) return 'missing-text';
  const opened = await openStatement(jws, stored.direction === 'sent' ? ownKeys : senderKeys);
  if (!opened.ok) return 'signature';
  const { statement } = opened.value;
  if (!isTheOne(statement, stored, opened.value.sha256)) return 'signature';
  // Received and disputed: it is allowed to differ, that is what the dispute is about.
  const mayDiffer = stored.direction === 'received' && isDisputed(stored);
  if (!mayDiffer && !isSameDigest(await digestBook(store, statement.hop, scopeOf(statement)), statement))
    return 'lines';
  if (['paid', 'part-paid'].includes(stored.state) !== (payout !== undefined)) return 'money';
  if (payout === undefined) return undefined;
  const agreed = agreedSums(statement.hop, statement.tenders, stored.faults);
  if (agreed === null || agreed.payableWon !== stored.paidWon) return 'money';
  const right = makePayoutEntry(stored.direction, statement, agreed, payout.atMs, payout.businessDate);
  return areSamePostings(right.postings, payout.postings) ? undefined : 'money';
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
