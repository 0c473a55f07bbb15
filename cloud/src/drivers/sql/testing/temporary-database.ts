import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createSqliteKysely, migrateToLatest, openSqliteFile } from '../database.ts';

/** A real SQLite file that a test can close and open again, as after a power cut. */
export interface TemporaryDatabase<Tables> {
  /** Where the file, its log and its index are. */
  folder: string;
  open(): Promise<Kysely<Tables>>;
  /** Closes what is open, and deletes the folder. */
  remove(): Promise<void>;
}

export function createTemporaryDatabase<Tables>(migrations: Record<string, Migration>): TemporaryDatabase<Tables> {
  const folder = mkdtempSync(join(tmpdir(), 'scanpay-db-'));
  const opened: Kysely<Tables>[] = [];
  return {
    folder,
    async open() {
      const db = createSqliteKysely<Tables>(openSqliteFile(join(folder, 'book.db')));
      opened.push(db);
      await migrateToLatest(db, migrations);
      return db;
    },
    async remove() {
      for (const db of opened) await db.destroy().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
