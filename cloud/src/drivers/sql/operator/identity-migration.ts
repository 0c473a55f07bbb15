import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

const filled = (column: ColumnDefinitionBuilder) => column.notNull();
const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();
const unique = (column: ColumnDefinitionBuilder) => column.notNull().unique();

/** Claims to places, and the certificates of boxes. */
export async function createIdentity(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_claims')
    .addColumn('claim_id', 'text', key)
    .addColumn('device_id', 'text', filled)
    .addColumn('merchant_id', 'text', filled)
    .addColumn('secret_sha256', 'text', unique)
    .addColumn('code_sha256', 'text', unique)
    .addColumn('created_at_ms', 'bigint', filled)
    .addColumn('expires_at_ms', 'bigint', filled)
    .addColumn('withdrawn_at_ms', 'bigint')
    .addColumn('used_at_ms', 'bigint')
    .addColumn('used_by', 'text')
    .addCheckConstraint('operator_claims_used', sql`(used_at_ms is null) = (used_by is null)`)
    .addCheckConstraint('operator_claims_once', sql`used_at_ms is null or withdrawn_at_ms is null`)
    .execute();
  await db.schema.createIndex('operator_claims_by_device').on('operator_claims').column('device_id').execute();
  await db.schema
    .createTable('operator_certificates')
    .addColumn('serial', 'text', key)
    // In the order of issue: the clock may stand still between two.
    .addColumn('issue', 'bigint', unique)
    .addColumn('device_id', 'text', (column) => column.notNull().references('operator_devices.device_id'))
    .addColumn('public_key_sha256', 'text', filled)
    .addColumn('pem', 'text', filled)
    .addColumn('issued_at_ms', 'bigint', filled)
    .addColumn('not_after_ms', 'bigint', filled)
    .addColumn('revoked_at_ms', 'bigint')
    .addColumn('revocation', 'text')
    .addCheckConstraint('operator_certificates_revoked', sql`(revoked_at_ms is null) = (revocation is null)`)
    .addCheckConstraint(
      'operator_certificates_reason',
      sql`revocation is null or revocation in ('revoked', 'enrolled-again', 'superseded')`,
    )
    .execute();
  await db.schema
    .createIndex('operator_certificates_by_device')
    .on('operator_certificates')
    .columns(['device_id', 'issue'])
    .execute();
}
