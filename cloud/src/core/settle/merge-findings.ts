import type { BookFindings, Findings } from '@scanpay/shared/api/reconciliation.ts';
import { lineKey } from '@scanpay/shared/settlement/statement.ts';

/** What several books have of the same thing, each event and statement once: one of two that differ is as good a lead. */
export function mergeFindings(asked: readonly (BookFindings | Findings['problems'][number])[]): Findings {
  const books = asked.flatMap((each) => ('code' in each ? [] : [each]));
  const events = books.flatMap((book) => book.events);
  const statements = books.flatMap((book) => book.statements);
  return {
    events: [...new Map(events.map((each) => [lineKey(each), each])).values()],
    statements: [...new Map(statements.map((each) => [each.statementId, each])).values()],
    isMore: books.some(({ isMore }) => isMore),
    problems: asked.flatMap((each) => ('code' in each ? [each] : [])),
  };
}
