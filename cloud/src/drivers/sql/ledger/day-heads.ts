import type { Kysely } from 'kysely';
import type { SettlementStore } from '../../../ports/settlement-store.ts';
import { readChainHead } from './chain.ts';
import type { LedgerTables } from './tables.ts';

/** Signed heads of closed dates: from then on the book up to there can be held against a signature. */
export function createDayHeads(
  db: Kysely<LedgerTables>,
): Pick<SettlementStore, 'readChainHead' | 'listUnsealedDates' | 'addDayHead'> {
  return {
    readChainHead: () => readChainHead(db),
    async listUnsealedDates() {
      const rows = await db
        .selectFrom('closed_dates')
        .leftJoin('day_heads', 'day_heads.business_date', 'closed_dates.business_date')
        .select('closed_dates.business_date')
        .where('day_heads.business_date', 'is', null)
        .orderBy('closed_dates.business_date')
        .execute();
      return rows.map((row) => row.business_date);
    },
    async addDayHead({ businessDate, throughSeq, hash, headJws }) {
      await db
        .insertInto('day_heads')
        .values({ business_date: businessDate, through_seq: throughSeq, head_hash: hash, head_jws: headJws })
        .onConflict((conflict) => conflict.column('business_date').doNothing())
        .execute();
    },
  };
}
