import type { ColumnDefinitionBuilder, Kysely } from 'kysely';
import { forbidChanges } from '../ledger/forbid-changes.ts';

const filled = (column: ColumnDefinitionBuilder) => column.notNull();

/** Signed slips of boxes that were handed over. */
export async function createHandOvers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_hand_overs')
    .addColumn('digest', 'text', (column) => column.primaryKey().notNull())
    .addColumn('device_id', 'text', (column) => column.notNull().references('operator_devices.device_id'))
    .addColumn('hand_over_jws', 'text', filled)
    .addColumn('hand_over_json', 'text', filled)
    .addColumn('recorded_at_ms', 'bigint', filled)
    .execute();
  await db.schema
    .createIndex('operator_hand_overs_by_device')
    .on('operator_hand_overs')
    .columns(['device_id', 'recorded_at_ms'])
    .execute();
  await forbidChanges(db, 'operator_hand_overs');
}
