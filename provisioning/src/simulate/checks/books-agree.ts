import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { StatementFault } from '@scanpay/shared/settlement/statement.ts';
import type Database from 'better-sqlite3';
import type { Check, Report, RestingWorld } from './check.ts';

interface StatementRow {
  statement_id: string;
  direction: 'sent' | 'received';
  hop: string;
  device_id: string;
  business_date: string;
  payout_date: string | null;
  state: string;
  statement_sha256: string;
  payable_won: number;
}

/**
 * DESIGN §8.4: every entry balances; what one company says it owes is what the other says it is owed; both sides hold
 * the same statement and agree: each box knows all payments its statement names. A false statement is approved by nobody.
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

function checkAtBox(deviceId: DeviceId, known: StatementRow, box: BoxStatementRow, report: Report): void {
  const { state, faults: text } = box;
  const faults = JSON.parse(text) as StatementFault[];
  const name = `S15 of ${known.business_date} at ${deviceId}`;
  if (known.device_id !== deviceId) report(null, `${name} is for ${known.device_id}`);
  if (known.state !== state) report(null, `${name}: the operator has it ${known.state}, the box ${state}`);
  const isPaidLater = known.payout_date !== null && known.payout_date > known.business_date;
  if ((state === 'paid' || (state === 'approved' && isPaidLater)) && faults.length === 0) return;
  const [first] = faults;
  const about = (first?.ours ?? first?.theirs)?.paymentId ?? null;
  report(about, `${name} is ${state} with ${faults.length} faults: ${JSON.stringify(first ?? null)}`);
}

function checkMerchants({ books, journals }: RestingWorld, report: Report): void {
  const sent = new Map(readStatements(books.operator, 'sent', 'S15').map((row) => [row.statement_id, row]));
  const seen = new Set<string>();
  for (const [deviceId, journal] of journals) {
    const rows = journal
      .prepare<[], BoxStatementRow>('SELECT statement_id, state, answer, faults FROM statements')
      .all();
    for (const row of rows) {
      seen.add(row.statement_id);
      const known = sent.get(row.statement_id);
      if (known !== undefined) checkAtBox(deviceId, known, row, report);
    }
  }
  for (const { statement_id, business_date, device_id } of sent.values()) {
    if (!seen.has(statement_id)) report(null, `S15 of ${business_date} for ${device_id} is on no box`);
  }
}
