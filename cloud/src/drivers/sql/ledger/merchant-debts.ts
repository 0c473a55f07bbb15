import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { won } from '@scanpay/shared/money.ts';
import { type Kysely, sql } from 'kysely';
import type { MerchantDebts } from '../../../ports/merchant-debts.ts';
import { asLedger, type LedgerTables } from './tables.ts';

/** Reads debts from the book itself. What is due to a merchant stands on the credit side, so that a debit is its debt. */
export function createMerchantDebts<Tables extends LedgerTables>(database: Kysely<Tables>): MerchantDebts {
  const db = asLedger(database);
  return {
    async findDebt(merchantId) {
      const { rows } = await sql<{ since: BusinessDate | null; owed: number | string | null }>`
        with moves as (
          select entry.business_date as day, sum(posting.amount_won) as moved
          from ledger_entries entry join ledger_postings posting on posting.entry_seq = entry.seq
          where entry.merchant_id = ${merchantId} and entry.payment_id is null
            and posting.account = 'merchant-settlement'
          group by entry.business_date
        ), course as (
          select day, sum(moved) over (order by day) as owed from moves
        )
        select min(day) as since, (select owed from course order by day desc limit 1) as owed
        from course where day > coalesce((select max(day) from course where owed <= 0), '')`.execute(db);
      const since = rows[0]?.since ?? null;
      return since === null ? null : { sinceDate: since, owedWon: won(Number(rows[0]?.owed)) };
    },
  };
}
