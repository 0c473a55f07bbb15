import type { Kysely } from 'kysely';
import { forbidChanges } from '../ledger/forbid-changes.ts';

/** The operator's signed word on each revocation of a box: it outlives what the rows of its keys say. */
export async function createRevocations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_revocations')
    .addColumn('device_id', 'text', (column) => column.notNull().references('operator_devices.device_id'))
    .addColumn('revoked_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('record_jws', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('operator_revocations_by_device')
    .on('operator_revocations')
    .columns(['device_id', 'revoked_at_ms'])
    .execute();
  await forbidChanges(db, 'operator_revocations');
}
