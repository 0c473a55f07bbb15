import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import { forbidChanges } from '../ledger/forbid-changes.ts';

const filled = (column: ColumnDefinitionBuilder) => column.notNull();
const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

/** Schedules that customers changed. What they registered stays as it is: the operator is handed over nothing else. */
export async function createPgSchedules(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('pg_schedules')
    .addColumn('coupon_id', 'text', (column) => column.notNull().references('pg_registrations.coupon_id'))
    .addColumn('offer_id', 'text', filled)
    .addColumn('visit_from', 'text', filled)
    .addColumn('visit_to', 'text', filled)
    .addColumn('headcount', 'integer', filled)
    .addColumn('applied', 'integer', filled)
    .addColumn('asked', 'integer', filled)
    .addColumn('pending_change_id', 'text')
    .addPrimaryKeyConstraint('pg_schedules_key', ['coupon_id', 'offer_id'])
    .execute();
  await db.schema
    .createIndex('pg_schedules_pending')
    .on('pg_schedules')
    .column('pending_change_id')
    .where(sql.ref('pending_change_id'), 'is not', null)
    .execute();
  await db.schema
    .createTable('pg_schedule_changes')
    .addColumn('change_id', 'text', key)
    .addColumn('coupon_id', 'text', (column) => column.notNull().references('pg_registrations.coupon_id'))
    .addColumn('offer_id', 'text', filled)
    .addColumn('number', 'integer', filled)
    .addColumn('body_sha256', 'text', filled)
    .addColumn('old_visit_from', 'text', filled)
    .addColumn('old_visit_to', 'text', filled)
    .addColumn('old_headcount', 'integer', filled)
    .addColumn('visit_from', 'text', filled)
    .addColumn('visit_to', 'text', filled)
    .addColumn('headcount', 'integer', filled)
    .addColumn('requested_at_ms', 'bigint', filled)
    .addColumn('staff_name', 'text')
    .addColumn('reason', 'text', filled)
    .execute();
  await db.schema
    .createIndex('pg_schedule_changes_by_coupon')
    .on('pg_schedule_changes')
    .columns(['coupon_id', 'requested_at_ms'])
    .execute();
  await forbidChanges(db, 'pg_schedule_changes');
  await db.schema
    .createTable('pg_schedule_decisions')
    .addColumn('change_id', 'text', (column) =>
      column.primaryKey().notNull().references('pg_schedule_changes.change_id'),
    )
    .addColumn('outcome', 'text', filled)
    .addColumn('refusal_code', 'text')
    .addColumn('at_ms', 'bigint', filled)
    .addCheckConstraint('pg_schedule_decisions_outcome', sql`outcome in ('applied', 'refused')`)
    .addCheckConstraint('pg_schedule_decisions_code', sql`(outcome = 'refused') = (refusal_code is not null)`)
    .execute();
  await forbidChanges(db, 'pg_schedule_decisions');
}
