import { isDeepStrictEqual } from 'node:util';
import { makeStatementLines, type Statement, type StatementLine } from '@scanpay/shared/settlement/statement.ts';
import { findLineFaults } from '@scanpay/shared/settlement/statement-faults.ts';
import type { Journal, StatementRecord } from '../ports/journal.ts';

/** Statements looked at again, newest first: days the merchant has not answered yet. */
const maxReviewed = 31;

/**
 * Holds statements against the journal. One may name a payment whose outcome this box has not heard yet, for the day
 * can close in between: until the merchant answers it is judged again, and the newest judgement counts.
 */
export function createStatementJudge(deps: { journal: Journal; standingApproval: boolean; onChange(): void }) {
  const { journal } = deps;
  const judge = (statement: Statement, lines: readonly StatementLine[]): Pick<StatementRecord, 'faults' | 'answer'> => {
    const ownLines = makeStatementLines('S15', journal.bookedEvents(statement.businessDate));
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
