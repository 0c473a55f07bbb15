import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Book } from './floor-parts.ts';

/** One table, one row a commit: the least a durable fact with a key costs. */
export interface BareStore {
  commit(key: string, bytes: number): void;
  close(): void;
}

const body = Buffer.alloc(4096, 'x');

function openBareStore(path: string): BareStore {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE facts (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO facts (key, body) VALUES (?, ?)');
  return {
    commit: (key, bytes) => void insert.run(key, body.subarray(0, bytes)),
    close: () => void db.close(),
  };
}

/** A file for each book named, as box and companies have their own. */
export function openBareBooks<B extends Book>(folder: string, books: readonly B[]): Record<B, BareStore> {
  mkdirSync(folder, { recursive: true });
  const opened = books.map((book) => [book, openBareStore(join(folder, `${book}.sqlite`))] as const);
  return Object.fromEntries(opened) as Record<B, BareStore>;
}
