import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import { forbidChanges } from '../ledger/forbid-changes.ts';

const filled = (column: ColumnDefinitionBuilder) => column.notNull();
const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

/** Changes of schedules, and no-shows. */
export async function createSchedules(db: Kysely<unknown>): Promise<void> {
  const counted = (fallback: number) => (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(fallback);
  await db.schema.alterTable('operator_entitlements').addColumn('schedule_version', 'integer', counted(0)).execute();
  await db.schema.alterTable('operator_entitlements').addColumn('show_open', 'integer', counted(1)).execute();
  await db.schema.alterTable('operator_payments').addColumn('schedule_version', 'integer').execute();
  // What was ever used before now was come for.
  await sql`update operator_entitlements set show_open = 0 where uses_left < uses`.execute(db);
  await db.schema
    .createIndex('operator_entitlements_unseen')
    .on('operator_entitlements')
    .columns(['visit_to', 'coupon_id', 'offer_id'])
    .where(sql.ref('show_open'), '=', 1)
    .execute();
  await createChanges(db);
  await createNoShows(db);
}

async function createChanges(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_schedule_changes')
    .addColumn('change_id', 'text', key)
    .addColumn('coupon_id', 'text', (column) => column.notNull().references('operator_coupons.coupon_id'))
    .addColumn('offer_id', 'text', filled)
    .addColumn('number', 'integer', filled)
    .addColumn('order_sha256', 'text', filled)
    .addColumn('stay_jws', 'text', filled)
    .addColumn('old_visit_from', 'text', filled)
    .addColumn('old_visit_to', 'text', filled)
    .addColumn('old_headcount', 'integer', filled)
    .addColumn('visit_from', 'text', filled)
    .addColumn('visit_to', 'text', filled)
    .addColumn('headcount', 'integer', filled)
    .addColumn('requested_at_ms', 'bigint', filled)
    .addColumn('staff_name', 'text')
    .addColumn('reason', 'text', filled)
    .addColumn('outcome', 'text', filled)
    .addColumn('refusal_code', 'text')
    .addColumn('decided_at_ms', 'bigint', filled)
    .addCheckConstraint('operator_schedule_changes_outcome', sql`outcome in ('applied', 'refused')`)
    .addCheckConstraint('operator_schedule_changes_code', sql`(outcome = 'refused') = (refusal_code is not null)`)
    .execute();
  await db.schema
    .createIndex('operator_schedule_changes_by_coupon')
    .on('operator_schedule_changes')
    .columns(['coupon_id', 'decided_at_ms'])
    .execute();
  await forbidChanges(db, 'operator_schedule_changes');
  await db.schema
    .createTable('operator_schedule_notices')
    .addColumn('change_id', 'text', (column) =>
      column.primaryKey().notNull().references('operator_schedule_changes.change_id'),
    )
    .addColumn('queued_at_ms', 'bigint', filled)
    .execute();
}

async function createNoShows(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_no_shows')
    .addColumn('coupon_id', 'text', (column) => column.notNull().references('operator_coupons.coupon_id'))
    .addColumn('offer_id', 'text', filled)
    .addColumn('schedule_version', 'integer', filled)
    .addColumn('merchant_id', 'text', filled)
    .addColumn('visit_from', 'text', filled)
    .addColumn('visit_to', 'text', filled)
    .addColumn('headcount', 'integer', filled)
    .addColumn('recorded_at_ms', 'bigint', filled)
    .addColumn('came_payment_id', 'text')
    .addColumn('reopened_at_ms', 'bigint')
    .addPrimaryKeyConstraint('operator_no_shows_key', ['coupon_id', 'offer_id', 'schedule_version'])
    .execute();
  await db.schema
    .createIndex('operator_no_shows_by_date')
    .on('operator_no_shows')
    .columns(['visit_to', 'merchant_id', 'coupon_id', 'offer_id'])
    .execute();
  await db.schema
    .createIndex('operator_no_shows_by_payment')
    .on('operator_no_shows')
    .column('came_payment_id')
    .where(sql.ref('came_payment_id'), 'is not', null)
    .execute();
  await db.schema
    .createTable('operator_no_show_dates')
    .addColumn('business_date', 'text', key)
    .addColumn('seen_at_ms', 'bigint', filled)
    .execute();
}
