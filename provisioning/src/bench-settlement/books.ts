import { join } from 'node:path';
import { createSqliteKysely, migrateToLatest, openSqliteFile } from '@scanpay/cloud/drivers/sql/database.ts';
import { ledgerMigrations } from '@scanpay/cloud/drivers/sql/ledger/migrations.ts';
import type { LedgerTables } from '@scanpay/cloud/drivers/sql/ledger/tables.ts';
import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { Kysely } from 'kysely';

export const companies = ['card', 'pg', 'operator'] as const satisfies readonly Company[];
/** The day that is booked, closed and stated. */
export const day = '2026-11-23' as BusinessDate;

export const bookPath = (folder: string, company: Company): string => join(folder, `${company}.sqlite`);

/** A company's book as its service keeps it by default: SQLite, WAL, synchronous FULL. */
export async function openBook(folder: string, company: Company): Promise<Kysely<LedgerTables>> {
  const db = createSqliteKysely<LedgerTables>(openSqliteFile(bookPath(folder, company)));
  await migrateToLatest(db, ledgerMigrations);
  return db;
}
