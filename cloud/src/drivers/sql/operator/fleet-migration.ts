import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

const filled = (column: ColumnDefinitionBuilder) => column.notNull();
const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();
const device = (column: ColumnDefinitionBuilder) => column.notNull().references('operator_devices.device_id');
const deviceKey = (column: ColumnDefinitionBuilder) => device(column).primaryKey();

/** How boxes are, what they told, and what they are to be set to. */
export async function createFleet(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_device_states')
    .addColumn('device_id', 'text', deviceKey)
    .addColumn('session_id', 'text')
    .addColumn('online', 'integer')
    .addColumn('since_ms', 'bigint')
    .addColumn('ended_sessions_json', 'text', (column) => column.notNull().defaultTo('[]'))
    .addColumn('confirmed_at_ms', 'bigint')
    .addColumn('last_seen_ms', 'bigint')
    .addColumn('telemetry_count', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('telemetry_at_ms', 'bigint')
    .addColumn('health_json', 'text')
    .addColumn('health_level', 'text')
    .addColumn('software_version', 'text')
    .addColumn('applied_version', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('rejected_json', 'text')
    .addColumn('reported_at_ms', 'bigint')
    .addCheckConstraint(
      'operator_device_states_presence',
      sql`(session_id is null) = (online is null) and (session_id is null) = (since_ms is null)`,
    )
    .execute();
  await db.schema
    .createTable('operator_telemetry')
    .addColumn('device_id', 'text', device)
    // The place in the box's history: once it is full, the newest takes the place of the oldest.
    .addColumn('slot', 'integer', filled)
    .addColumn('received_at_ms', 'bigint', filled)
    .addColumn('telemetry_json', 'text', filled)
    .addPrimaryKeyConstraint('operator_telemetry_key', ['device_id', 'slot'])
    .execute();
  await db.schema.createIndex('operator_telemetry_by_age').on('operator_telemetry').column('received_at_ms').execute();
  await db.schema
    .createTable('operator_device_groups')
    .addColumn('group_name', 'text', key)
    .addColumn('settings_json', 'text', filled)
    .addColumn('changed_at_ms', 'bigint', filled)
    .execute();
  await db.schema
    .createTable('operator_device_configs')
    .addColumn('device_id', 'text', deviceKey)
    .addColumn('group_name', 'text', (column) => column.references('operator_device_groups.group_name'))
    .addColumn('settings_json', 'text', filled)
    .addColumn('desired_version', 'bigint', filled)
    .addColumn('desired_json', 'text', filled)
    .addColumn('desired_at_ms', 'bigint')
    .execute();
  await db.schema
    .createIndex('operator_device_configs_by_group')
    .on('operator_device_configs')
    .columns(['group_name', 'device_id'])
    .execute();
}
