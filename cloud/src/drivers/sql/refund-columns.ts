import type { Kysely } from 'kysely';

/** What was given back of a payment, and in how many parts; nothing, for every payment that is there already. */
export async function addRefundColumns(db: Kysely<unknown>, table: string): Promise<void> {
  await db.schema
    .alterTable(table)
    .addColumn('refunded_won', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable(table)
    .addColumn('refund_count', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}

/** The audit goes through payments in order, each with its cancels. */
export async function indexCancels(db: Kysely<unknown>, table: string): Promise<void> {
  await db.schema.createIndex(`${table}_by_payment`).on(table).columns(['payment_id', 'cancel_id']).execute();
}
