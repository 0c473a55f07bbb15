import type { Kysely } from 'kysely';
import { createSqliteKysely, type SqliteConnection } from './database.ts';
import { type OnConnectionProblem, openPostgres, type PostgresSettings } from './postgres.ts';

/** Which database a company keeps its books in. */
export type BookDatabase = { kind: 'sqlite' } | ({ kind: 'postgres' } & PostgresSettings);

/** Opens a company's database; `openFile` is asked only for SQLite. */
export function openBook<Tables>(
  database: BookDatabase,
  openFile: () => SqliteConnection,
  onProblem: OnConnectionProblem,
): Kysely<Tables> {
  return database.kind === 'postgres'
    ? openPostgres<Tables>(database, onProblem)
    : createSqliteKysely<Tables>(openFile());
}
