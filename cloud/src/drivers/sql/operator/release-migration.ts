import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

const filled = (column: ColumnDefinitionBuilder) => column.notNull();
const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

/** Releases, rollouts, and how far each box is with them. */
export async function createReleases(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_releases')
    .addColumn('version', 'text', filled)
    .addColumn('arch', 'text', filled)
    .addColumn('manifest_jws', 'text', filled)
    .addColumn('sha256', 'text', filled)
    .addColumn('bytes', 'bigint', filled)
    .addColumn('expires_at_ms', 'bigint', filled)
    .addColumn('added_at_ms', 'bigint', filled)
    .addPrimaryKeyConstraint('operator_releases_key', ['version', 'arch'])
    .execute();
  await db.schema
    .createTable('operator_device_releases')
    .addColumn('device_id', 'text', key)
    .addColumn('version', 'text', filled)
    .addColumn('arch', 'text', filled)
    .addColumn('reported_at_ms', 'bigint', filled)
    .execute();
  await db.schema
    .createTable('operator_rollouts')
    .addColumn('rollout_id', 'text', key)
    .addColumn('version', 'text', filled)
    .addColumn('groups_json', 'text', filled)
    .addColumn('percent', 'integer', filled)
    .addColumn('at_once', 'integer', filled)
    .addColumn('max_failed_percent', 'integer', filled)
    .addColumn('max_failures', 'integer', filled)
    .addColumn('state', 'text', filled)
    // 1 while running or paused, null afterwards: a box gets its word from one rollout at a time.
    .addColumn('open', 'integer', (column) => column.unique())
    .addColumn('created_at_ms', 'bigint', filled)
    .addColumn('updated_at_ms', 'bigint', filled)
    .addCheckConstraint('operator_rollouts_state', sql`state in ('running', 'paused', 'halted', 'aborted')`)
    .addCheckConstraint('operator_rollouts_open', sql`(open is null) = (state in ('halted', 'aborted'))`)
    .execute();
  await db.schema
    .createTable('operator_rollout_attempts')
    .addColumn('rollout_id', 'text', (column) => column.notNull().references('operator_rollouts.rollout_id'))
    .addColumn('device_id', 'text', filled)
    .addColumn('state', 'text', filled)
    .addColumn('code', 'text')
    .addColumn('detail', 'text', filled)
    .addColumn('told_at_ms', 'bigint', filled)
    .addColumn('updated_at_ms', 'bigint', filled)
    .addPrimaryKeyConstraint('operator_rollout_attempts_key', ['rollout_id', 'device_id'])
    .execute();
  await db.schema
    .createIndex('operator_rollout_attempts_by_device')
    .on('operator_rollout_attempts')
    .columns(['device_id', 'rollout_id'])
    .execute();
}
