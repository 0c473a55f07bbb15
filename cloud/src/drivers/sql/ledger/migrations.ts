import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { isPostgres } from '../is-postgres.ts';
import { keepAdvices } from './advice-migration.ts';
import { createEvidence } from './evidence-migration.ts';
import { forbidChanges } from './forbid-changes.ts';
import { addPayoutDates } from './payout-date-migration.ts';

/** The ledger's part of every role's migrations: `{ ...ledgerMigrations, ...roleMigrations }`. */
export const ledgerMigrations: Record<string, Migration> = {
  '0001-ledger': { up: createLedger },
  '0002-evidence': { up: (db) => createEvidence(db) },
  '0018-ledger-settled-lines': { up: addSettledLines },
  '0019-ledger-payout-dates': { up: (db) => addPayoutDates(db) },
  '0030-ledger-advices': { up: keepAdvices },
};

/** Disputed lines that were settled later. Numbered after what every company has of its own. */
async function addSettledLines(db: Kysely<unknown>): Promise<void> {
  const statements = db.schema.alterTable('statements');
  await statements.addColumn('settled_json', 'text', (column) => column.notNull().defaultTo('[]')).execute();
  await statements.addColumn('has_proposal', 'integer', (column) => column.notNull().defaultTo(0)).execute();
}

async function createLedger(db: Kysely<unknown>): Promise<void> {
  await createEntries(db);
  await createPostings(db);
  await createSettlement(db);
  await forbidChanges(db, 'ledger_entries');
  await forbidChanges(db, 'ledger_postings');
  await forbidChanges(db, 'day_heads');
}

async function createEntries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ledger_entries')
    .addColumn('seq', isPostgres(db) ? 'bigint' : 'integer', (column) =>
      isPostgres(db) ? column.generatedAlwaysAsIdentity().primaryKey() : column.primaryKey().autoIncrement(),
    )
    .addColumn('entry_key', 'text', (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('payment_id', 'text')
    .addColumn('cancel_id', 'text')
    .addColumn('statement_id', 'text')
    .addColumn('transfer_id', 'text')
    .addColumn('merchant_id', 'text')
    .addColumn('device_id', 'text')
    .addColumn('tender', 'text')
    .addColumn('charged_won', 'bigint')
    .addColumn('card_fee_won', 'bigint')
    .addColumn('pg_fee_won', 'bigint')
    .addColumn('operator_fee_won', 'bigint')
    .addColumn('merchant_share_won', 'bigint')
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('business_date', 'text', (column) => column.notNull())
    // Unique: the book is one chain, and nothing branches off from it.
    .addColumn('previous_hash', 'text', (column) => column.notNull().unique())
    .addColumn('entry_hash', 'text', (column) => column.notNull().unique())
    .addCheckConstraint('ledger_entries_kind', sql`kind in ('sale', 'cancel', 'reversal', 'payout', 'transfer')`)
    .addCheckConstraint('ledger_entries_subject', sql`(payment_id is null) = (kind in ('payout', 'transfer'))`)
    .addCheckConstraint('ledger_entries_statement', sql`(statement_id is null) = (kind <> 'payout')`)
    .addCheckConstraint('ledger_entries_transfer', sql`(transfer_id is null) = (kind <> 'transfer')`)
    .addCheckConstraint('ledger_entries_cancel', sql`(cancel_id is null) = (kind <> 'cancel')`)
    .addCheckConstraint(
      'ledger_entries_split',
      sql`payment_id is null or charged_won = card_fee_won + pg_fee_won + operator_fee_won + merchant_share_won`,
    )
    .execute();
  // A date is read in pages of payments, in the order of a statement's lines.
  await db.schema
    .createIndex('ledger_entries_by_date')
    .on('ledger_entries')
    .columns(['business_date', 'payment_id'])
    .where(sql.ref('payment_id'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('ledger_entries_by_device')
    .on('ledger_entries')
    .columns(['business_date', 'device_id', 'merchant_id', 'payment_id'])
    .where(sql.ref('device_id'), 'is not', null)
    .execute();
  // What is due to a merchant.
  await db.schema
    .createIndex('ledger_entries_of_merchant')
    .on('ledger_entries')
    .columns(['merchant_id', 'seq'])
    .where(sql.ref('payment_id'), 'is', null)
    .execute();
  await db.schema.createIndex('ledger_entries_by_payment').on('ledger_entries').column('payment_id').execute();
}

async function createPostings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ledger_postings')
    .addColumn('entry_seq', 'bigint', (column) => column.notNull().references('ledger_entries.seq'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('amount_won', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('ledger_postings_key', ['entry_seq', 'position'])
    .execute();
  await db.schema.createIndex('ledger_postings_by_account').on('ledger_postings').column('account').execute();
}

async function createSettlement(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('closed_dates')
    .addColumn('business_date', 'text', (column) => column.primaryKey().notNull())
    .addColumn('closed_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('day_heads')
    .addColumn('business_date', 'text', (column) =>
      column.primaryKey().notNull().references('closed_dates.business_date'),
    )
    .addColumn('through_seq', 'bigint', (column) => column.notNull())
    .addColumn('head_hash', 'text', (column) => column.notNull())
    .addColumn('head_jws', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('statements')
    .addColumn('statement_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('direction', 'text', (column) => column.notNull())
    .addColumn('hop', 'text', (column) => column.notNull())
    .addColumn('sender', 'text', (column) => column.notNull())
    .addColumn('receiver', 'text', (column) => column.notNull())
    .addColumn('device_id', 'text', (column) => column.notNull())
    .addColumn('business_date', 'text', (column) => column.notNull())
    .addColumn('payout_date', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('statement_jws', 'text', (column) => column.notNull())
    .addColumn('statement_sha256', 'text', (column) => column.notNull())
    .addColumn('line_count', 'integer', (column) => column.notNull())
    .addColumn('charged_won', 'bigint', (column) => column.notNull())
    .addColumn('fee_won', 'bigint', (column) => column.notNull())
    .addColumn('payable_won', 'bigint', (column) => column.notNull())
    .addColumn('paid_won', 'bigint', (column) => column.notNull())
    .addColumn('transfer_id', 'text')
    .addColumn('faults_json', 'text', (column) => column.notNull())
    .addColumn('answer_jws', 'text')
    .addColumn('paid_told', 'integer', (column) => column.notNull())
    .addColumn('onward_made', 'integer', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('statements_once', ['direction', 'hop', 'sender', 'receiver', 'device_id', 'business_date'])
    .addCheckConstraint('statements_direction', sql`direction in ('sent', 'received')`)
    .addCheckConstraint('statements_state', sql`state in ('presented', 'approved', 'paid', 'disputed', 'part-paid')`)
    .execute();
  await db.schema.createIndex('statements_by_date').on('statements').column('business_date').execute();
}
