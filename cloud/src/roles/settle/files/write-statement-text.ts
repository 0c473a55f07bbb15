import { lineText } from '@scanpay/shared/settlement/lines-digest.ts';
import type { StatementLine } from '@scanpay/shared/settlement/statement.ts';

/** The text of `makeStatementText`, in pieces: what `openStatementText` verifies without asking anybody. */
export async function* writeStatementText(
  statementJws: string,
  pages: AsyncIterable<StatementLine[]>,
): AsyncGenerator<string> {
  yield `${statementJws}\n`;
  for await (const lines of pages) yield lines.map((line) => `${lineText(line)}\n`).join('');
}
