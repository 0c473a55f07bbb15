import type { StatementId } from '@scanpay/shared/ids.ts';
import { lineKey } from '@scanpay/shared/settlement/statement.ts';
import type { Kysely, Transaction } from 'kysely';
import type { SettledLineRecord, SettlementStore } from '../../../ports/settlement-store.ts';
import { lockChain } from '../book-locks.ts';
import { appendLedgerEntry } from './append-entry.ts';
import type { LedgerTables } from './tables.ts';

type LineMethods = 'listProposing' | 'proposeLine' | 'settleLine';

/** Disputed lines that are settled later; who changes a statement's list holds the chain, so that no change is lost. */
export function createLineStore(db: Kysely<LedgerTables>): Pick<SettlementStore, LineMethods> {
  return {
    async listProposing() {
      const proposing = db.selectFrom('statements').select('statement_id').where('has_proposal', '=', 1);
      return (await proposing.orderBy('business_date').orderBy('statement_id').execute()).map(
        (row) => row.statement_id,
      );
    },
    proposeLine: (statementId, line) =>
      db.transaction().execute(async (trx) => {
        await lockChain<LedgerTables>(trx);
        const lines = await readLines(trx, statementId);
        if (lines === undefined || lines.some((each) => isOf(each, line))) return false;
        await writeLines(trx, statementId, [...lines, line]);
        return true;
      }),
    settleLine: (statementId, line, entry, nowMs) =>
      db.transaction().execute(async (trx) => {
        await lockChain<LedgerTables>(trx);
        const lines = await readLines(trx, statementId);
        if (lines === undefined || lines.some((each) => isOf(each, line) && each.state === 'settled')) return false;
        await writeLines(trx, statementId, [...lines.filter((each) => !isOf(each, line)), line], nowMs);
        await appendLedgerEntry(trx, entry);
        return true;
      }),
  };
}

const isOf = (a: SettledLineRecord, b: SettledLineRecord): boolean => lineKey(a.line) === lineKey(b.line);

async function readLines(
  trx: Transaction<LedgerTables>,
  statementId: StatementId,
): Promise<SettledLineRecord[] | undefined> {
  const query = trx.selectFrom('statements').select('settled_json').where('statement_id', '=', statementId);
  const row = await query.executeTakeFirst();
  return row && (JSON.parse(row.settled_json) as SettledLineRecord[]);
}

async function writeLines(
  trx: Transaction<LedgerTables>,
  statementId: StatementId,
  lines: readonly SettledLineRecord[],
  nowMs?: number,
): Promise<void> {
  const hasProposal = lines.some(({ state }) => state === 'proposed');
  await trx
    .updateTable('statements')
    .set({
      settled_json: JSON.stringify(lines),
      has_proposal: hasProposal ? 1 : 0,
      ...(nowMs === undefined ? {} : { updated_at_ms: nowMs }),
    })
    .where('statement_id', '=', statementId)
    .execute();
}
