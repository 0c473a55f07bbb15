import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { StatementFault } from '@scanpay/shared/settlement/statement.ts';
import type Database from 'better-sqlite3';
import type { Check, Report, RestingWorld } from './check.ts';

interface StatementRow {
  statement_id: string;
  direction: 'sent' | 'received';
  hop: string;
  receiver: string;
  business_date: string;
  state: string;
  statement_sha256: string;
  payable_won: number;
}

/**
 * DESIGN §8.4: every entry balances; what one company says it owes is what the other says it is owed; both sides hold
 * the same statement and agree, or it is disputed with lines that really differ. A false statement is approved by nobody.
 */
export const booksAgree: Check = {
  name: 'books-agree',
  rule: '§8.4',
  claim: 'each entry balances, and both sides of every statement agree or it is disputed',
  onBooked({ company, kind, paymentId, sumWon }, _dossier, report) {
    if (sumWon !== 0) report(paymentId, `${company} booked a ${kind} that is ${sumWon} won out of balance`);
  },
  atRest(world, report) {
    const { books, lies } = world;
    checkPair(books, ['card', 'pg-payable'], ['pg', 'card-receivable'], report);
    checkPair(books, ['pg', 'operator-payable'], ['operator', 'pg-receivable'], report);
    checkPair(books, ['operator', 'pg-payable'], ['pg', 'operator-receivable'], report);
    const closed = books.card.prepare<[], { n: number }>('SELECT COUNT(*) AS n FROM closed_dates').get()?.n ?? 0;
    checkHop([books.card, books.pg], 'S13', closed, report);
    checkHop([books.pg, books.operator], 'S14', closed, report);
    checkMerchants(world, report);
    for (const { to, approved } of lies) {
      if (approved) report(null, `${to} approved a statement that its own records do not bear out`);
    }
  },
};

type Side = [company: Company, account: string];

function checkPair(books: Record<Company, Database.Database>, debtor: Side, creditor: Side, report: Report): void {
  const balance = ([company, account]: Side): number =>
    books[company]
      .prepare<[string], { sum: number | null }>('SELECT SUM(amount_won) AS sum FROM ledger_postings WHERE account = ?')
      .get(account)?.sum ?? 0;
  if (balance(debtor) + balance(creditor) !== 0) {
    report(null, `${debtor.join(' ')} is ${balance(debtor)}, ${creditor.join(' ')} is ${balance(creditor)}`);
  }
}

const readStatements = (book: Database.Database, direction: string, hop: string): StatementRow[] =>
  book
    .prepare<[string, string], StatementRow>('SELECT * FROM statements WHERE direction = ? AND hop = ?')
    .all(direction, hop);

/** Between companies nothing is ever disputed here: they booked the same payments. */
function checkHop(
  [sender, receiver]: [Database.Database, Database.Database],
  hop: string,
  closedCount: number,
  report: Report,
): void {
  const received = new Map(readStatements(receiver, 'received', hop).map((row) => [row.business_date, row]));
  const sent = readStatements(sender, 'sent', hop);
  if (sent.length !== closedCount) report(null, `${hop}: ${closedCount} dates closed, ${sent.length} statements`);
  for (const row of sent) {
    const other = received.get(row.business_date);
    const name = `${hop} of ${row.business_date}`;
    if (other === undefined) report(null, `${name} has not arrived`);
    else if (other.statement_sha256 !== row.statement_sha256) report(null, `${name}: two texts`);
    else if (row.state !== 'paid' || other.state !== 'paid') report(null, `${name}: ${row.state} and ${other.state}`);
  }
}

interface BoxStatementRow {
  statement_id: string;
  state: string;
  answer: string | null;
  faults: string;
}

function checkAtBox(
  { isShared, dossiers }: RestingWorld,
  deviceId: DeviceId,
  known: StatementRow,
  { state, faults: text }: BoxStatementRow,
  report: Report,
): void {
  const faults = JSON.parse(text) as StatementFault[];
  const name = `S15 of ${known.business_date} at ${deviceId}`;
  if (known.state !== state) report(null, `${name}: the operator has it ${known.state}, the box ${state}`);
  if (!isShared(deviceId) && (state !== 'paid' || faults.length > 0)) {
    const [first] = faults;
    const about = (first?.ours ?? first?.theirs)?.paymentId ?? null;
    report(about, `${name} is ${state} with ${faults.length} faults: ${JSON.stringify(first ?? null)}`);
  }
  if (isShared(deviceId) && faults.some((fault) => isOwn(deviceId, fault, dossiers))) {
    report(null, `${name}: a line of its own payment is at fault`);
  }
}

function checkMerchants(world: RestingWorld, report: Report): void {
  const { books, journals } = world;
  const sent = new Map(readStatements(books.operator, 'sent', 'S15').map((row) => [row.statement_id, row]));
  const seen = new Set<string>();
  for (const [deviceId, journal] of journals) {
    const rows = journal
      .prepare<[], BoxStatementRow>('SELECT statement_id, state, answer, faults FROM statements')
      .all();
    for (const row of rows) {
      seen.add(row.statement_id);
      const known = sent.get(row.statement_id);
      if (known !== undefined) checkAtBox(world, deviceId, known, row, report);
    }
  }
  for (const { statement_id, business_date, receiver } of sent.values()) {
    if (!seen.has(statement_id)) report(null, `S15 of ${business_date} for ${receiver} is on no box`);
  }
}

/** A box with others beside it knows only its own payments; of those both sides must say the same. */
function isOwn(deviceId: DeviceId, { ours, theirs }: StatementFault, dossiers: RestingWorld['dossiers']): boolean {
  const paymentId = (ours ?? theirs)?.paymentId;
  return paymentId !== undefined && dossiers.find(paymentId)?.deviceId === deviceId;
}
