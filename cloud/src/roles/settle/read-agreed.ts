import { ScanPayError } from '@scanpay/shared/errors.ts';
import { readStoredStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { type AgreedSums, agreedSums } from '@scanpay/shared/settlement/statement-faults.ts';
import type { SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';

/** What is to be paid on an answered statement: all of it, or what both sides agree on. Null: nothing. */
export async function readAgreed(
  store: Pick<SettlementStore, 'readStatementJws'>,
  { statementId, hop, faults }: StoredStatement,
): Promise<AgreedSums | null> {
  const statement = readStoredStatement((await store.readStatementJws(statementId)) ?? '');
  if (!statement.ok) throw new ScanPayError(statement.code, statement.detail);
  return agreedSums(hop, statement.value.tenders, faults);
}
