import type { Kysely } from 'kysely';
import type { PgStore } from '../../../ports/pg-store.ts';
import { createPgPaymentStore } from './payment-store.ts';
import { createPgRegistrationStore } from './registration-store.ts';
import { createPgScheduleStore } from './schedule-store.ts';
import type { PgTables } from './tables.ts';

/** The PG's store on Kysely. The caller has opened the database and run `ledgerMigrations` and `pgMigrations` on it. */
export function createPgStore(db: Kysely<PgTables>): PgStore {
  return { ...createPgRegistrationStore(db), ...createPgPaymentStore(db), ...createPgScheduleStore(db) };
}
