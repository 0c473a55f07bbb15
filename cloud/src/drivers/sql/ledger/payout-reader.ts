import type { MerchantId, StatementId } from '@scanpay/shared/ids.ts';
import { negateWon } from '@scanpay/shared/money.ts';
import type { Kysely } from 'kysely';
import type { PayoutReader } from '../../../ports/payout-reader.ts';
import { asLedger, type LedgerTables } from './tables.ts';

const pagePayouts = 500;

/** Reads what was paid from the book itself: the bank posting of each payout, not what a statement says of it. */
export function createPayoutReader<Tables extends LedgerTables>(database: Kysely<Tables>): PayoutReader {
  const db = asLedger(database);
  return {
    async readPayouts(businessDate, after) {
      const rows = await db
        .selectFrom('ledger_entries as entry')
        .innerJoin('statements as statement', 'statement.statement_id', 'entry.statement_id')
        .innerJoin('ledger_postings as posting', 'posting.entry_seq', 'entry.seq')
        .select(['statement.receiver', 'statement.statement_id', 'posting.amount_won'])
        .where('entry.business_date', '=', businessDate)
        .where('entry.kind', '=', 'payout')
        .where('posting.account', '=', 'bank')
        .where('statement.hop', '=', 'S15')
        .where('statement.direction', '=', 'sent')
        .$if(after !== null, (query) =>
          query.where(({ eb, or, and }) =>
            or([
              eb('statement.receiver', '>', after?.merchantId ?? ''),
              and([
                eb('statement.receiver', '=', after?.merchantId ?? ''),
                eb('statement.statement_id', '>', after?.statementId ?? ('' as StatementId)),
              ]),
            ]),
          ),
        )
        .orderBy('statement.receiver')
        .orderBy('statement.statement_id')
        .limit(pagePayouts)
        .execute();
      const payouts = rows.map((row) => ({
        merchantId: row.receiver as MerchantId,
        statementId: row.statement_id,
        // A credit of the bank account, which is negative in the book, is money that left it.
        amountWon: negateWon(row.amount_won),
      }));
      return { payouts, next: rows.length < pagePayouts ? null : (payouts.at(-1) ?? null) };
    },
  };
}
