import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The links' part of every company's migrations, beside the ledger's. */
export const linkMigrations: Record<string, Migration> = {
  '0002-link-nonces': { up: createNonces },
};

async function createNonces(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('link_nonces')
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('nonce', 'text', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('link_nonces_key', ['key_id', 'nonce'])
    .execute();
  await db.schema.createIndex('link_nonces_by_expiry').on('link_nonces').column('expires_at_ms').execute();
}
