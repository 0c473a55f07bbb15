import { addBusinessDays, type BusinessDate } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { Kysely, Transaction } from 'kysely';
import { closingDates } from '../book-locks.ts';
import { prepareQuery } from '../prepare-query.ts';
import { asLedger, type ClosedDateTable, type LedgerTables } from './tables.ts';

type Closed = Pick<ClosedDateTable, 'business_date'>;
const findClosed = prepareQuery<LedgerTables, Closed, Closed>((db, { business_date }) =>
  db.selectFrom('closed_dates').select('business_date').where('business_date', '=', business_date),
);
const listClosedFrom = prepareQuery<LedgerTables, Closed, Closed>((db, { business_date }) =>
  db
    .selectFrom('closed_dates')
    .select('business_date')
    .where('business_date', '>=', business_date)
    .orderBy('business_date'),
);

/** A closed date takes no more payment entries. */
export async function isBusinessDateClosed<Tables extends LedgerTables>(
  db: Kysely<Tables>,
  businessDate: BusinessDate,
): Promise<boolean> {
  return (await findClosed.first(asLedger(db), { business_date: businessDate })) !== undefined;
}

/** `businessDate` itself, or the first date after it that is not closed: the date a new payment belongs to. */
export async function firstOpenBusinessDate<Tables extends LedgerTables>(
  db: Kysely<Tables>,
  businessDate: BusinessDate,
): Promise<BusinessDate> {
  const rows = await listClosedFrom.all(asLedger(db), { business_date: businessDate });
  let open = businessDate;
  for (const row of rows) {
    if (row.business_date !== open) break;
    open = addBusinessDays(open, 1);
  }
  return open;
}

/**
 * Closes the date; closing it again changes nothing. The caller has checked in this transaction, one of `closingDates`,
 * that it may.
 */
export async function closeBusinessDate<Tables extends LedgerTables>(
  transaction: Transaction<Tables>,
  businessDate: BusinessDate,
  closedAtMs: number,
): Promise<void> {
  await asLedger(transaction)
    .insertInto('closed_dates')
    .values({ business_date: businessDate, closed_at_ms: closedAtMs })
    .onConflict((conflict) => conflict.column('business_date').doNothing())
    .execute();
}

/**
 * Closing of a date for a role whose store has no such method: atomic with the role's own count of payments, reversals
 * and cancels of that date that are still under way. Refuses with `date_open_payments` while there are any.
 */
export function createDateCloser<Tables extends LedgerTables>(
  db: Kysely<Tables>,
  countOpenPayments: (transaction: Transaction<Tables>, businessDate: BusinessDate) => Promise<number>,
): (businessDate: BusinessDate, nowMs: number) => Promise<Result<void>> {
  return (businessDate, nowMs) =>
    closingDates(db, async (trx) => {
      if (await isBusinessDateClosed(trx, businessDate)) return accept(undefined);
      const open = await countOpenPayments(trx, businessDate);
      if (open > 0) return refuse('date_open_payments', `${open} of ${businessDate}`);
      await closeBusinessDate(trx, businessDate, nowMs);
      return accept(undefined);
    });
}
