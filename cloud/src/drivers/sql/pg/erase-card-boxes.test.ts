import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PgStore } from '../../../ports/pg-store.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from '../testing/temporary-database.ts';
import { pgMigrations } from './migrations.ts';
import { createPgStore } from './pg-store.ts';
import type { PgTables } from './tables.ts';
import { boxOf, deletion, held, numbered } from './testing/pg-store-fixtures.ts';

let files: TemporaryDatabase<PgTables>;
let db: Kysely<PgTables>;
let store: PgStore;

beforeEach(async () => {
  files = createTemporaryDatabase({ ...ledgerMigrations, ...pgMigrations });
  db = await files.open();
  store = createPgStore(db);
});
afterEach(() => files.remove());

describe('eraseDeletedCardBoxes', () => {
  /** Whether the box's bytes, or its text, are in any of the database's files. */
  function findBox(index: number): string[] {
    const box = Buffer.from(boxOf(index));
    const needles = [box, Buffer.from(box.toString('base64url')), Buffer.from(`fingerprint-${index}`)];
    return readdirSync(files.folder).filter((name) => {
      const bytes = readFileSync(join(files.folder, name));
      return needles.some((each) => bytes.includes(each));
    });
  }

  it('leaves nothing of a deleted box in any file', async () => {
    await store.addRegistration(numbered(1), held(1));
    expect(findBox(1)).not.toEqual([]);
    await store.deleteCardBox(deletion(1), null);
    expect(findBox(1)).not.toEqual([]);
    expect(await store.eraseDeletedCardBoxes()).toBe(true);
    expect(findBox(1)).toEqual([]);
  });

  it('leaves nothing among many, whatever pages were moved about meanwhile', { timeout: 60_000 }, async () => {
    // What is written where does not depend on how often the disk is waited for.
    await sql`pragma synchronous = off`.execute(db);
    const indexes = Array.from({ length: 300 }, (_, index) => index);
    const isDeletedSoon = (index: number) => index % 10 < 3;
    const isKept = (index: number) => index % 10 === 9;
    for (const index of indexes) {
      await store.addRegistration(numbered(index), held(index));
      // Some pages go through the file more than once, with other rows in them each time.
      if (index % 60 === 0) await store.eraseDeletedCardBoxes();
      const earlier = index - (index % 50);
      if (isDeletedSoon(earlier)) await store.deleteCardBox(deletion(earlier), null);
    }
    for (const index of indexes) if (!isKept(index)) await store.deleteCardBox(deletion(index), null);
    expect(await store.eraseDeletedCardBoxes()).toBe(true);
    const bytes = Buffer.concat(readdirSync(files.folder).map((name) => readFileSync(join(files.folder, name))));
    const found = indexes.filter((index) => bytes.includes(Buffer.from(boxOf(index)).toString('base64url')));
    expect(found).toEqual(indexes.filter(isKept));
  });

  it('says when a reader of the file is in the way, without waiting for it', async () => {
    await store.addRegistration(numbered(1), held(1));
    const reader = new Database(join(files.folder, 'book.db'), { readonly: true });
    reader.exec('begin');
    reader.prepare('select count(*) from pg_card_boxes').get();
    await store.deleteCardBox(deletion(1), null);
    expect(await store.eraseDeletedCardBoxes()).toBe(false);
    reader.close();
    expect(await store.eraseDeletedCardBoxes()).toBe(true);
    expect(findBox(1)).toEqual([]);
  });
});
