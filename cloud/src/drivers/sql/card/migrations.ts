import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { addRefundColumns, indexCancels } from '../refund-columns.ts';

/** The card company's own part of its migrations: `{ ...ledgerMigrations, ...cardMigrations }`. */
export const cardMigrations: Record<string, Migration> = {
  '0010-card-payments': { up: createPayments },
  '0011-card-notices': { up: createNotices },
  '0012-card-contracts': { up: pinContracts },
  '0013-card-refunds': { up: countRefunds },
  '0014-card-cancels-by-payment': { up: (db) => indexCancels(db, 'card_cancels') },
};

async function createPayments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('card_payments')
    .addColumn('payment_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('request_hmac', 'text')
    .addColumn('card_token', 'text')
    .addColumn('card_last4', 'text')
    .addColumn('amount_won', 'bigint')
    .addColumn('merchant_name', 'text')
    .addColumn('notice_mobile', 'text')
    .addColumn('business_date', 'text')
    .addColumn('approval_number', 'text')
    .addColumn('approved_at_ms', 'bigint')
    .addColumn('card_fee_won', 'bigint')
    .addColumn('decline_code', 'text')
    .addColumn('cancel_id', 'text')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
    .addCheckConstraint('card_payments_state', sql`state in ('approved', 'declined', 'reversed')`)
    .addCheckConstraint('card_payments_approved', sql`state <> 'approved' or approval_number is not null`)
    .addCheckConstraint('card_payments_declined', sql`state <> 'declined' or decline_code is not null`)
    .execute();
  await db.schema
    .createTable('card_cancels')
    .addColumn('cancel_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('payment_id', 'text', (column) => column.notNull())
    .addColumn('amount_won', 'bigint', (column) => column.notNull())
    .addColumn('business_date', 'text', (column) => column.notNull())
    .addColumn('decline_code', 'text')
    .addColumn('decided_at_ms', 'bigint', (column) => column.notNull())
    .execute();
}

async function createNotices(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('card_notices')
    .addColumn('notice_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('to_mobile', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('due_at_ms', 'bigint')
    .execute();
  await db.schema.createIndex('card_notices_due').on('card_notices').column('due_at_ms').execute();
}

async function pinContracts(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('card_payments').addColumn('contract_version', 'integer').execute();
}

/** Until now a cancel gave the whole payment back. */
async function countRefunds(db: Kysely<unknown>): Promise<void> {
  await addRefundColumns(db, 'card_payments');
  await sql`update card_payments set refunded_won = amount_won, refund_count = 1 where cancel_id is not null`.execute(
    db,
  );
  await db.schema.alterTable('card_payments').dropColumn('cancel_id').execute();
}
