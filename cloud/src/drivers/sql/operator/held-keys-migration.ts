import type { Kysely } from 'kysely';

/** Which of the operator's keys each box holds. */
export async function createHeldKeys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_held_keys')
    .addColumn('device_id', 'text', (column) => column.primaryKey().notNull().references('operator_devices.device_id'))
    .addColumn('keys_sha256', 'text', (column) => column.notNull())
    .addColumn('noted_at_ms', 'bigint', (column) => column.notNull())
    .execute();
}
