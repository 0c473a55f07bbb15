import { negateWon, type Won } from '@scanpay/shared/money.ts';
import type { Kysely } from 'kysely';
import type { TransferReader } from '../../../ports/transfer-reader.ts';
import { asLedger, type LedgerTables } from './tables.ts';

const pageTransfers = 500;

/** Reads what was transferred from the book itself: the bank posting of each transfer. */
export function createTransferReader<Tables extends LedgerTables>(database: Kysely<Tables>): TransferReader {
  const db = asLedger(database);
  return {
    async readTransfers(businessDate, after) {
      const rows = await db
        .selectFrom('ledger_entries as entry')
        .innerJoin('ledger_postings as posting', 'posting.entry_seq', 'entry.seq')
        .select(['entry.seq', 'entry.transfer_id', 'entry.merchant_id', 'posting.amount_won'])
        .where('entry.business_date', '=', businessDate)
        .where('entry.kind', '=', 'transfer')
        .where('entry.seq', '>', after ?? 0)
        .where('posting.account', '=', 'bank')
        .orderBy('entry.seq')
        .limit(pageTransfers)
        .execute();
      const transfers = rows.flatMap(({ transfer_id: transferId, merchant_id: merchantId, amount_won }) =>
        // A credit of the bank account, which is negative in the book, is money that left it.
        transferId === null || merchantId === null
          ? []
          : [{ transferId, merchantId, amountWon: negateWon(Number(amount_won) as Won) }],
      );
      return { transfers, next: rows.length < pageTransfers ? null : Number(rows.at(-1)?.seq) };
    },
  };
}
