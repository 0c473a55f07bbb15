import type { StatementDetail } from '@scanpay/shared/api/settlement.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { createLineTally, isSameDigest } from '@scanpay/shared/settlement/lines-digest.ts';
import type { StatementLine } from '@scanpay/shared/settlement/statement.ts';
import type { Settlement } from '../settlement.ts';

/**
 * Whether the own book is known to say something else than the statement: its receiver has found faults. The sender's
 * book is what the statement was made from, whatever the receiver says of it.
 */
export const isOwnBookDifferent = ({ row }: StatementDetail): boolean =>
  row.direction === 'received' && row.faults.length > 0;

/**
 * The lines of a statement as the own book has them, one page at a time, as fast as they are taken.
 *
 * @throws ScanPayError `statement_mismatch` after the last page, when the lines are not those that were signed, unless
 * that is known: whoever reads on to the end learns that he must not trust what he has.
 */
export async function* readStatementPages(
  settlement: Pick<Settlement, 'readLines'>,
  detail: StatementDetail,
): AsyncGenerator<StatementLine[]> {
  const { statement } = detail;
  const tally = createLineTally();
  let after: PaymentId | null = null;
  do {
    const page: Awaited<ReturnType<Settlement['readLines']>> = await settlement.readLines(statement.statementId, after);
    if (page === undefined) throw new ScanPayError('internal', `statement ${statement.statementId} is gone`);
    for (const line of page.lines) tally.add(line);
    if (page.lines.length > 0) yield page.lines;
    after = page.next;
  } while (after !== null);
  if (isOwnBookDifferent(detail) || isSameDigest(tally.digest(), statement)) return;
  throw new ScanPayError('statement_mismatch', `the book has other lines than statement ${statement.statementId}`);
}
