import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Short, for a technician waits; the box itself would wait longer. */
const busyTimeoutMs = 2_000;

/**
 * Whether the journal opens and could be written: the write lock is taken and given back, no row is changed, and a
 * journal that is not there is not made. What a power cut left in the WAL is folded in on closing, as the box would.
 *
 * @returns `missing`, or the number of its schema.
 * @throws Error of SQLite when it does not open or cannot be written.
 */
export function checkSqliteJournal(path: string): 'missing' | number {
  if (!existsSync(path)) return 'missing';
  const db = new Database(path, { fileMustExist: true, timeout: busyTimeoutMs });
  try {
    const version = db.pragma('user_version', { simple: true });
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    return Number(version);
  } finally {
    db.close();
  }
}
