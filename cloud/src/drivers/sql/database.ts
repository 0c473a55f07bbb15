import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { createCCollation } from './c-collation.ts';
import { isPostgres } from './is-postgres.ts';

export type SqliteConnection = Database.Database;

/**
 * Opens (and makes) a SQLite file so that a commit survives a power cut (WAL, synchronous FULL) and deleted rows are
 * overwritten (secure_delete), for a deleted card box must not stay readable in free pages.
 */
export function openSqliteFile(path: string): SqliteConnection {
  mkdirSync(dirname(path), { recursive: true });
  const connection = new Database(path, { timeout: 5_000 });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('secure_delete = ON');
  connection.pragma('foreign_keys = ON');
  return connection;
}

export function createSqliteKysely<Tables>(connection: SqliteConnection): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: rememberStatements(connection) }) });
}

/** A company runs a few dozen; lists of varying length (`in (?, ?)`) make more of them. */
const maxStatements = 500;

/** Kysely has every query prepared anew, which costs more than to run it; what was prepared lately is kept here. */
function rememberStatements(connection: SqliteConnection): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => void connection.close(),
    prepare(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = connection.prepare(sql) as SqliteStatement;
      const [oldest] = statements.keys();
      if (statements.size >= maxStatements && oldest !== undefined) statements.delete(oldest);
      statements.set(sql, statement);
      return statement;
    },
  };
}

/** Migrations by name; names sort in the order they run and never change once released. */
export async function migrateToLatest<Tables>(
  db: Kysely<Tables>,
  migrations: Record<string, Migration>,
): Promise<void> {
  const schema = isPostgres(db) ? db.withPlugin(createCCollation()) : db;
  // The ledger's list and the role's each grow at their own end.
  const provider = { getMigrations: async () => migrations };
  const migrator = new Migrator({ db: schema, provider, allowUnorderedMigrations: true });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
