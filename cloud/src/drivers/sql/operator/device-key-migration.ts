import type { Kysely } from 'kysely';

/** The operator's signed word on each key; null: enrolled before there was one. */
export async function signDeviceKeys(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('operator_device_keys').addColumn('record_jws', 'text').execute();
}
