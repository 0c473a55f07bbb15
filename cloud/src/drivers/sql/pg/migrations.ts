import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { addRefundColumns, indexCancels } from '../refund-columns.ts';
import { createPgSchedules } from './schedule-migration.ts';

/** The PG's own part of its migrations: `{ ...ledgerMigrations, ...pgMigrations }`. */
export const pgMigrations: Record<string, Migration> = {
  '0010-pg-registrations': { up: createRegistrations },
  '0011-pg-payments': { up: createPayments },
  '0012-pg-contracts': { up: pinContracts },
  '0013-pg-refunds': { up: countRefunds },
  '0014-pg-cancels-by-payment': { up: (db) => indexCancels(db, 'pg_cancels') },
  '0030-pg-schedules': { up: createPgSchedules },
};

async function createRegistrations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('pg_registrations')
    .addColumn('registration_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('coupon_id', 'text', (column) => column.notNull().unique())
    .addColumn('body_sha256', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('mobile', 'text', (column) => column.notNull())
    .addColumn('entitlements_json', 'text', (column) => column.notNull())
    .addColumn('valid_from_ms', 'bigint', (column) => column.notNull())
    .addColumn('valid_until_ms', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addCheckConstraint('pg_registrations_state', sql`state in ('stored', 'handed-over', 'sent')`)
    .execute();
  await db.schema
    .createTable('pg_card_boxes')
    .addColumn('coupon_id', 'text', (column) => column.primaryKey().notNull().references('pg_registrations.coupon_id'))
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('delete_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('padding', 'text', (column) => column.notNull())
    .addColumn('card_box', 'text', (column) => column.notNull())
    .addColumn('card_fingerprint', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('pg_card_deletions')
    .addColumn('coupon_id', 'text', (column) => column.primaryKey().notNull().references('pg_registrations.coupon_id'))
    .addColumn('record_jws', 'text', (column) => column.notNull())
    .addColumn('deleted_at_ms', 'bigint', (column) => column.notNull())
    .execute();
}

async function createPayments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('pg_payments')
    .addColumn('payment_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('body_sha256', 'text')
    .addColumn('coupon_id', 'text')
    .addColumn('registration_id', 'text')
    .addColumn('merchant_id', 'text')
    .addColumn('merchant_name', 'text')
    .addColumn('tender', 'text')
    .addColumn('charged_won', 'bigint')
    .addColumn('card_fee_won', 'bigint')
    .addColumn('pg_fee_won', 'bigint')
    .addColumn('operator_fee_won', 'bigint')
    .addColumn('merchant_share_won', 'bigint')
    .addColumn('business_date', 'text')
    .addColumn('approval_number', 'text')
    .addColumn('approved_at_ms', 'bigint')
    .addColumn('card_last4', 'text')
    .addColumn('evidence_jws', 'text')
    .addColumn('decline_code', 'text')
    .addColumn('reversal_date', 'text')
    .addColumn('cancel_id', 'text')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
    .addCheckConstraint(
      'pg_payments_state',
      sql`state in ('authorising', 'approved', 'declined', 'reversing', 'reversed')`,
    )
    .addCheckConstraint('pg_payments_approved', sql`state <> 'approved' or evidence_jws is not null`)
    .addCheckConstraint('pg_payments_declined', sql`state <> 'declined' or decline_code is not null`)
    .execute();
  await db.schema
    .createIndex('pg_payments_unresolved')
    .on('pg_payments')
    .column('payment_id')
    .where(sql.ref('state'), 'in', ['authorising', 'reversing'])
    .execute();
  await db.schema
    .createTable('pg_cancels')
    .addColumn('cancel_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('payment_id', 'text', (column) => column.notNull())
    .addColumn('amount_won', 'bigint', (column) => column.notNull())
    .addColumn('business_date', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('decline_code', 'text')
    .addColumn('cancelled_at_ms', 'bigint')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
    .addCheckConstraint('pg_cancels_state', sql`state in ('cancelling', 'cancelled', 'declined')`)
    .execute();
  await db.schema
    .createIndex('pg_cancels_unresolved')
    .on('pg_cancels')
    .column('cancel_id')
    .where(sql.ref('state'), '=', 'cancelling')
    .execute();
}

async function pinContracts(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('pg_payments').addColumn('offer_id', 'text').execute();
  await db.schema.alterTable('pg_payments').addColumn('contract_version', 'integer').execute();
}

/** Until now a cancel gave the whole payment back, and held it for ever. */
async function countRefunds(db: Kysely<unknown>): Promise<void> {
  await addRefundColumns(db, 'pg_payments');
  await sql`
    update pg_payments set refunded_won = charged_won, refund_count = 1, cancel_id = null
    where cancel_id in (select cancel_id from pg_cancels where state = 'cancelled')`.execute(db);
}
