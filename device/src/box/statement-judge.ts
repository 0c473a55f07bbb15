import { isDeepStrictEqual } from 'node:util';
import {
  makeStatementLines,
  type PayableEvent,
  type Statement,
  type StatementLine,
} from '@scanpay/shared/settlement/statement.ts';
import { findLineFaults } from '@scanpay/shared/settlement/statement-faults.ts';
import type { Journal, StatementRecord } from '../ports/journal.ts';

/** Statements looked at again, newest first: a month's that the merchant has not answered yet, some a day. */
const maxReviewed = 120;

/**
 * Holds statements against the journal. One may name a payment whose outcome this box has not heard yet, for the day
 * can close in between: until the merchant answers it is judged again, and the newest judgement counts.
 */
export function createStatementJudge(deps: { journal: Journal; standingApproval: boolean; onChange(): void }) {
  const { journal } = deps;
  const judge = (statement: Statement, lines: readonly StatementLine[]): Pick<StatementRecord, 'faults' | 'answer'> => {
    const ownLines = makeStatementLines('S15', paidWith(statement, journal.bookedEvents(statement.businessDate)));
    const faults = findLineFaults(lines, ownLines);
    return { faults, answer: deps.standingApproval && faults.length === 0 ? 'approved' : null };
  };
  const review = (record: StatementRecord): StatementRecord => {
    const { statement, faults: before } = record;
    if (record.answer !== null || record.state !== 'presented' || before.length === 0) return record;
    const judged = judge(statement, journal.statementLines(statement.statementId));
    if (isDeepStrictEqual(judged.faults, before)) return record;
    journal.commit([{ op: 'judge-statement', statementId: statement.statementId, ...judged }]);
    deps.onChange();
    return { ...record, ...judged };
  };
  return {
    judge,
    /** The record as it is judged now. */
    review,
    reviewAll(): void {
      for (const record of journal.recentStatements(maxReviewed)) review(record);
    },
  };
}

/**
 * What of a date's events belongs in the statement: those of its payout date. An operator of before told none, and stated
 * all of a date at once.
 */
function paidWith({ payoutDate }: Statement, events: PayableEvent[]): PayableEvent[] {
  const isTold = events.some((event) => event.payoutDate !== null);
  return isTold ? events.filter((event) => event.payoutDate === payoutDate) : events;
}
