import type { StatementRow } from '@scanpay/shared/api/settlement.ts';
import type { StoredStatement } from '../../ports/settlement-store.ts';

/** A statement as the API tells it. */
export function toStatementRow({
  sha256: _,
  answerJws: _answer,
  adviceJws: _advice,
  coversDate: _covers,
  settledLines,
  ...row
}: StoredStatement): StatementRow {
  return { ...row, settledLines: settledLines.map(({ actJws: _jws, ...line }) => line) };
}
