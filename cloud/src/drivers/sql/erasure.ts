/**
 * Deleting a row so that its bytes are in no file of the database any more.
 *
 * SQLite's `secure_delete` overwrites what a deletion frees, but not the copies that remain in the gaps of a page when
 * a row was moved to another one as the tree was rebalanced (measured: one or two of 4,000). Overflow pages are never
 * moved nor shared (file format §1.6), and are overwritten when freed. So a column that must be erasable stands behind
 * a padding of at least one page: then no part of it is ever in a page of the tree.
 */
import { type Kysely, SqliteAdapter, sql } from 'kysely';

/** At least `page_size`, of which at most `page_size` − 35 bytes of a row stay in the tree. */
const paddingLength = 4096;

const isSqlite = <Tables>(db: Kysely<Tables>): boolean => db.getExecutor().adapter instanceof SqliteAdapter;

/** The value of the padding column, which stands in the table before the columns to be erased, and after the others. */
export function erasurePadding<Tables>(db: Kysely<Tables>): string {
  return isSqlite(db) ? '0'.repeat(paddingLength) : '';
}

/**
 * Drives what was deleted out of the database's files. SQLite: the overwritten pages are carried into the file over the
 * old ones, and the log is cut to nothing. Else: the table is written anew without them; the server's own log is its
 * administrator's to keep short. False: a reader of the file was in the way, try again.
 */
export async function eraseDeleted<Tables>(db: Kysely<Tables>, table: keyof Tables & string): Promise<boolean> {
  if (!isSqlite(db)) {
    await sql`vacuum (full) ${sql.table(table)}`.execute(db);
    return true;
  }
  return db.connection().execute(async (connection) => {
    // A reader in the way must not hold up this process, whose only thread would wait in here.
    const { rows: waits } = await sql<{ timeout: number }>`pragma busy_timeout`.execute(connection);
    await sql`pragma busy_timeout = 0`.execute(connection);
    try {
      const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(connection);
      return rows[0]?.busy === 0;
    } finally {
      await sql`pragma busy_timeout = ${sql.raw(String(waits[0]?.timeout ?? 0))}`.execute(connection);
    }
  });
}
