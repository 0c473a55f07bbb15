import { digestLines } from './lines-digest.ts';
import {
  type BookedEvent,
  type LinesDigest,
  makeStatementLines,
  type Statement,
  type StatementLine,
} from './statement.ts';

/** A whole small statement at once, for tests, examples and simulations; a company's day is worked through in pages. */
export function makeStatement(
  input: Omit<Statement, 'v' | 'payoutDate' | keyof LinesDigest> & {
    payoutDate?: Statement['payoutDate'];
    events: Iterable<BookedEvent>;
  },
): { statement: Statement; lines: StatementLine[] } {
  const { events, payoutDate = null, ...header } = input;
  const lines = makeStatementLines(header.hop, events);
  return { statement: { v: 2, ...header, payoutDate, ...digestLines(lines) }, lines };
}
