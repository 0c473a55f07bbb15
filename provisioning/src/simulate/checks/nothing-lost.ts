import type Database from 'better-sqlite3';
import type { Check, Report, RestingWorld } from './check.ts';
import type { Dossier } from './dossiers.ts';

interface Row {
  payment_id: string;
  state: string;
}

/**
 * DESIGN §8.7: nothing acknowledged is lost. What a box or a company has said is still so when all has come to rest, and
 * what was begun has come to its end on either side.
 */
export const nothingLost: Check = {
  name: 'nothing-lost',
  rule: '§8.7',
  claim: 'nothing acknowledged is lost by a crash or power cut, and what was begun ends',
  atRest(world, report) {
    const { books, journals } = world;
    checkOpen(books.operator, 'operator_payments', ['authorising', 'reversing', 'cancelling'], report);
    checkOpen(books.pg, 'pg_payments', ['authorising', 'reversing'], report);
    checkOpen(books.pg, 'pg_cancels', ['cancelling'], report);
    for (const [deviceId, journal] of journals) checkJournal(deviceId, journal, report);
    checkWords(world, report);
  },
};

function checkOpen(book: Database.Database, table: string, states: readonly string[], report: Report): void {
  const marks = states.map(() => '?').join(', ');
  const rows = book.prepare<string[], Row>(`SELECT payment_id, state FROM ${table} WHERE state IN (${marks})`);
  for (const { payment_id, state } of rows.all(...states)) {
    report(payment_id as Dossier['paymentId'], `at rest, and ${table} has it ${state}`);
  }
}

function checkJournal(deviceId: string, journal: Database.Database, report: Report): void {
  const payments = journal.prepare<[], Row>('SELECT payment_id, state FROM payments WHERE closed_at_ms IS NULL').all();
  for (const { payment_id, state } of payments) {
    report(payment_id as Dossier['paymentId'], `at rest, and ${deviceId} has it open (${state})`);
  }
  const cancels = journal.prepare<[], Row>('SELECT payment_id, state FROM cancels WHERE closed_at_ms IS NULL').all();
  for (const { payment_id } of cancels) {
    report(payment_id as Dossier['paymentId'], `at rest, and ${deviceId} waits for a cancel`);
  }
}

/** What the operator has ever said of a payment, against what it has now; and the box likewise. */
function checkWords({ dossiers, books, journals }: RestingWorld, report: Report): void {
  const atOperator = books.operator.prepare<[string], Row>(
    'SELECT payment_id, state FROM operator_payments WHERE payment_id = ?',
  );
  for (const dossier of dossiers.all()) {
    const { paymentId, told, boxOutcome, deviceId } = dossier;
    const state = atOperator.get(paymentId)?.state ?? 'not there';
    if (told.has('reversed') && state !== 'reversed')
      report(paymentId, `told reversed, and the operator has it ${state}`);
    const isApproved = told.has('approved') && !told.has('reversed');
    if (isApproved && !['approved', 'cancelled'].includes(state)) {
      report(paymentId, `told approved, and the operator has it ${state}`);
    }
    const held = journals
      .get(deviceId)
      ?.prepare<[string], Row>('SELECT payment_id, state FROM payments WHERE payment_id = ?');
    const kept = held?.get(paymentId)?.state;
    if (kept === undefined) report(paymentId, `${deviceId} has lost it`);
    else if (boxOutcome !== null && kept !== boxOutcome.kind && kept !== 'cancelled') {
      report(paymentId, `${deviceId} recorded ${boxOutcome.kind}, and has it ${kept}`);
    }
  }
}
