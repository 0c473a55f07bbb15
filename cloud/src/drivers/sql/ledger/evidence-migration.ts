import type { Kysely } from 'kysely';
import { forbidChanges } from './forbid-changes.ts';

/** The signed documents that entries follow from, as append-only as the entries. */
export async function createEvidence(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('entry_evidence')
    .addColumn('entry_seq', 'bigint', (column) => column.primaryKey().notNull().references('ledger_entries.seq'))
    // Of its own: evidence is to be found also where its entry is gone.
    .addColumn('payment_id', 'text', (column) => column.notNull())
    .addColumn('own_jws', 'text', (column) => column.notNull())
    .addColumn('peer_jws', 'text')
    .addColumn('told_jws', 'text')
    .execute();
  await db.schema.createIndex('entry_evidence_by_payment').on('entry_evidence').column('payment_id').execute();
  await forbidChanges(db, 'entry_evidence');
}
