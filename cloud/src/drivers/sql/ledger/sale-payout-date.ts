import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { Kysely } from 'kysely';
import { paymentEntryKey } from './entry-key.ts';
import { asLedger, type LedgerTables } from './tables.ts';

/** From when on a booked sale is paid; null: there is none, or it is from before that was kept. */
export async function findSalePayoutDate<Tables extends LedgerTables>(
  database: Kysely<Tables>,
  paymentId: PaymentId,
): Promise<BusinessDate | null> {
  const row = await asLedger(database)
    .selectFrom('ledger_entries')
    .select('payout_date')
    .where('entry_key', '=', paymentEntryKey({ kind: 'sale', paymentId, cancelId: null }))
    .executeTakeFirst();
  return row?.payout_date ?? null;
}
