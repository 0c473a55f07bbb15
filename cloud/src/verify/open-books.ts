import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { readConfigFile } from '@scanpay/shared/system/read-config-file.ts';
import Database from 'better-sqlite3';
import { type Kysely, sql, type Transaction } from 'kysely';
import { CloudConfigSchema, type CompanyDatabase } from '../config.ts';
import type { CardTables } from '../drivers/sql/card/tables.ts';
import { createSqliteKysely } from '../drivers/sql/database.ts';
import type { OperatorTables } from '../drivers/sql/operator/tables.ts';
import type { PgTables } from '../drivers/sql/pg/tables.ts';
import { openPostgres } from '../drivers/sql/postgres.ts';
import type { Company } from '../ports/ledger.ts';

/** Each company's database. */
export interface Books {
  operator: Kysely<OperatorTables>;
  pg: Kysely<PgTables>;
  card: Kysely<CardTables>;
}
interface Snapshots {
  operator: Transaction<OperatorTables>;
  pg: Transaction<PgTables>;
  card: Transaction<CardTables>;
}

/** A page of a book, or a count over it, takes no longer; while one book is read, the others wait in their transactions. */
const statementTimeoutMs = 600_000;

/** `config`: the cloud's own configuration file, which says where each company keeps its books. */
export type BookPlace = { data: string } | { config: string };

/** Opens all three for reading. @throws ScanPayError `configuration` when one is missing. */
export function openBooks(place: BookPlace): Books {
  const open = <Tables>(company: Company): Kysely<Tables> => openBook(locate(place, company));
  return { operator: open('operator'), pg: open('pg'), card: open('card') };
}

type Located = CompanyDatabase & { path: string };

function locate(place: BookPlace, company: Company): Located {
  if ('data' in place) return { kind: 'sqlite', path: join(place.data, company, `${company}.sqlite`) };
  const config = readConfigFile(CloudConfigSchema, place.config);
  const section = config[company];
  if (section === undefined) throw new ScanPayError('configuration', `${place.config}: no section ${company}`);
  return { ...section.database, path: join(config.dataDir, company, `${company}.sqlite`) };
}

function openBook<Tables>(located: Located): Kysely<Tables> {
  if (located.kind === 'postgres') return openPostgres<Tables>({ ...located, statementTimeoutMs }, () => undefined);
  if (!existsSync(located.path)) throw new ScanPayError('configuration', `${located.path} is not there`);
  const file = new Database(located.path, { readonly: true, timeout: 5_000 });
  try {
    // SQLite looks into a file at its first query only.
    file.prepare('select count(*) from closed_dates').get();
  } catch (error) {
    file.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new ScanPayError('configuration', `${located.path} cannot be read: ${why}`);
  }
  return createSqliteKysely<Tables>(file);
}

/**
 * Reads all three as they stood at one moment each, the operator's first and the card company's last: whatever one has
 * booked, the company it asked had booked before. The cloud may go on meanwhile.
 */
export function readAtOnce<T>(books: Books, work: (snapshots: Snapshots) => Promise<T>): Promise<T> {
  return readSnapshot(books.operator, (operator) =>
    readSnapshot(books.pg, (pg) => readSnapshot(books.card, (card) => work({ operator, pg, card }))),
  );
}

function readSnapshot<Tables, T>(db: Kysely<Tables>, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      // Only the first read takes the snapshot, on SQLite as on PostgreSQL.
      await sql`select count(*) from closed_dates`.execute(trx);
      return work(trx);
    });
}

export async function closeBooks(books: Books): Promise<void> {
  for (const db of [books.operator, books.pg, books.card]) await db.destroy();
}
