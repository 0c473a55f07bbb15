import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

const filled = (column: ColumnDefinitionBuilder) => column.notNull();

/** The queue of cash receipts (현금영수증), and what became of them. */
export async function createCashReceipts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_cash_receipts')
    .addColumn('order_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('payment_id', 'text', (column) => column.notNull().references('operator_payments.payment_id'))
    .addColumn('kind', 'text', filled)
    .addColumn('cancel_id', 'text')
    .addColumn('device_id', 'text', filled)
    .addColumn('merchant_id', 'text', filled)
    .addColumn('purpose', 'text', filled)
    .addColumn('number_masked', 'text', filled)
    .addColumn('self_issued', 'integer', filled)
    .addColumn('charged_won', 'bigint', filled)
    .addColumn('amount_won', 'bigint', filled)
    .addColumn('cancelled_before_won', 'bigint', filled)
    .addColumn('at_ms', 'bigint', filled)
    .addColumn('state', 'text', filled)
    .addColumn('tries', 'integer', filled)
    .addColumn('due_at_ms', 'bigint', filled)
    .addColumn('approval_number', 'text')
    .addColumn('approved_on', 'text')
    .addColumn('fail_code', 'text')
    .addColumn('changed_at_ms', 'bigint', filled)
    .addCheckConstraint('operator_cash_receipts_kind', sql`kind in ('issue', 'cancel')`)
    .addCheckConstraint('operator_cash_receipts_state', sql`state in ('requested', 'issued', 'failed', 'dropped')`)
    .addCheckConstraint('operator_cash_receipts_issued', sql`(state = 'issued') = (approval_number is not null)`)
    .addCheckConstraint('operator_cash_receipts_failed', sql`(state = 'failed') = (fail_code is not null)`)
    .execute();
  await db.schema
    .createIndex('operator_cash_receipts_by_payment')
    .on('operator_cash_receipts')
    .column('payment_id')
    .execute();
  await db.schema
    .createIndex('operator_cash_receipts_due')
    .on('operator_cash_receipts')
    .column('due_at_ms')
    .where(sql.ref('state'), '=', 'requested')
    .execute();
  await db.schema
    .createIndex('operator_cash_receipts_failed')
    .on('operator_cash_receipts')
    .column('changed_at_ms')
    .where(sql.ref('state'), '=', 'failed')
    .execute();
}
