import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createGroupCommit } from './group-commit.ts';
import { useTestDatabases } from './testing/test-databases.ts';

interface Tables {
  kept: { id: number };
}
const migrations = {
  '1': {
    up: async (db: { schema: { createTable(name: string): never } }) => {
      await sql`create table kept (id integer primary key)`.execute(db as never);
    },
  },
};

describe.each(useTestDatabases())('writes that share a commit on $name', (database) => {
  const open = async () => {
    const book = await database.create<Tables>(migrations as never);
    return { db: await book.open(), remove: () => book.remove() };
  };
  const listKept = async (db: Awaited<ReturnType<typeof open>>['db']) =>
    (await db.selectFrom('kept').select('id').orderBy('id').execute()).map(({ id }) => id);

  it('are all there, each with its own result, in fewer commits than writes', async (ctx) => {
    const { db, remove } = await open();
    ctx.onTestFinished(remove);
    const commit = createGroupCommit(db, 8);
    const transactions = new Set<unknown>();
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, id) =>
        commit(async (trx) => {
          transactions.add(trx);
          await trx.insertInto('kept').values({ id }).execute();
          return id * 2;
        }),
      ),
    );
    expect(results).toEqual(Array.from({ length: 40 }, (_, id) => id * 2));
    expect(await listKept(db)).toHaveLength(40);
    // One alone, for nobody else was there yet; then eight at a time.
    expect(transactions.size).toBe(1 + Math.ceil(39 / 8));
  });

  it('fail alone, and leave the others be', async (ctx) => {
    const { db, remove } = await open();
    ctx.onTestFinished(remove);
    const commit = createGroupCommit(db);
    const insert = (id: number) => commit((trx) => trx.insertInto('kept').values({ id }).execute());
    const outcomes = await Promise.allSettled([insert(1), insert(2), insert(2), insert(3)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await listKept(db)).toEqual([1, 2, 3]);
    await insert(4);
    expect(await listKept(db)).toEqual([1, 2, 3, 4]);
  });
});
