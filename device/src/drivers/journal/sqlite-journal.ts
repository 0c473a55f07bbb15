import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import Database from 'better-sqlite3';
import type { Journal, JournalChange } from '../../ports/journal.ts';
import { prepareReads } from './journal-reads.ts';
import { migrateJournal } from './journal-schema.ts';
import { prepareWrites } from './journal-writes.ts';

/**
 * The journal on SQLite: WAL with synchronous FULL, so that a commit that has returned survives a power cut.
 * `secure_delete` overwrites the barcode (it holds the sealed card) when its payment is closed.
 *
 * @throws ScanPayError `configuration` when the file cannot be opened.
 */
export function openSqliteJournal(path: string): Journal {
  return createSqliteJournal(openDatabase(path));
}

/** The journal on a connection that is open: the simulator keeps one through the crashes of its box. */
export function createSqliteJournal(db: Database.Database): Journal {
  migrateJournal(db);
  const writes = prepareWrites(db);
  const reads = prepareReads(db);
  const commit = db.transaction((changes: readonly JournalChange[]) => {
    for (const change of changes) writes.apply(change);
  });
  return {
    ...reads,
    commit: (changes) => {
      if (changes.length > 0) commit.immediate(changes);
    },
    checkWritable: () => {
      // A disk that the kernel has made read-only says so here; the lock alone is taken in memory.
      if (!db.memory) accessSync(db.name, constants.W_OK);
      db.exec('BEGIN IMMEDIATE; ROLLBACK');
    },
    close: () => {
      db.close();
    },
  };
}

function openDatabase(path: string): Database.Database {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const db = new Database(path, { timeout: 5_000 });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('secure_delete = ON');
    return db;
  } catch (cause) {
    throw new ScanPayError('configuration', `the journal ${path} cannot be opened`, { cause });
  }
}
