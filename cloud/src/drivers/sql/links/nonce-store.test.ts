import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { linkMigrations } from './migrations.ts';
import { createNonceStore, type LinkTables } from './nonce-store.ts';

const nowMs = 1_000_000;
const use = (nonce: string, expiresAtMs = nowMs + 90_000) => ({ keyId: 'pg-link-1', nonce, expiresAtMs });

for (const database of useTestDatabases()) {
  describe(`createNonceStore on ${database.name}`, () => {
    let book: TestBook<LinkTables>;
    let db: Kysely<LinkTables>;
    beforeEach(async () => {
      book = await database.create<LinkTables>(linkMigrations);
      db = await book.open();
    });
    afterEach(() => book.remove());

    it('lets each be used once, also in one breath', async () => {
      const store = createNonceStore(db);
      expect(await Promise.all(['a', 'b', 'a', 'a', 'c'].map((each) => store.use(use(each), nowMs)))).toEqual([
        true,
        true,
        false,
        false,
        true,
      ]);
      expect(await store.use(use('b'), nowMs)).toBe(false);
      expect(await store.use({ ...use('b'), keyId: 'card-link-1' }, nowMs)).toBe(true);
    });

    it('remembers over a restart, and for another process', async () => {
      await createNonceStore(db).use(use('a'), nowMs);
      expect(await createNonceStore(await book.openRival()).use(use('a'), nowMs)).toBe(false);
      await db.destroy();
      expect(await createNonceStore(await book.open()).use(use('a'), nowMs)).toBe(false);
    });

    it('forgets what nobody would take any more', async () => {
      const store = createNonceStore(db);
      await store.use(use('old', nowMs + 1), nowMs);
      await store.use(use('new', nowMs + 90_000), nowMs);
      await store.use(use('later'), nowMs + 20_000);
      const rows = await db.selectFrom('link_nonces').select('nonce').orderBy('nonce').execute();
      expect(rows.map(({ nonce }) => nonce)).toEqual(['later', 'new']);
    });

    it('says so when the database is gone, and goes on with the next', async () => {
      const store = createNonceStore(db);
      await db.destroy();
      await expect(store.use(use('a'), nowMs)).rejects.toThrow();
      await expect(store.use(use('b'), nowMs)).rejects.toThrow();
    });
  });
}
