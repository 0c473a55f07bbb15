import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSqliteKysely, openSqliteFile, type SqliteConnection } from './database.ts';

interface Tables {
  facts: { id: number; text: string };
}

let folder: string;
let connection: SqliteConnection;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scanpay-database-'));
  connection = openSqliteFile(join(folder, 'book.db'));
  connection.exec('create table facts (id integer primary key, text text not null)');
});
afterEach(() => {
  connection.close();
  rmSync(folder, { recursive: true });
});

describe('createSqliteKysely', () => {
  it('prepares a query once, and runs it with other parameters', async () => {
    const prepare = vi.spyOn(connection, 'prepare');
    const db = createSqliteKysely<Tables>(connection);
    for (const id of [1, 2, 3]) {
      await db.transaction().execute((trx) =>
        trx
          .insertInto('facts')
          .values({ id, text: `fact ${id}` })
          .execute(),
      );
    }
    const find = (id: number) => db.selectFrom('facts').select('text').where('id', '=', id).executeTakeFirst();
    expect(await find(2)).toEqual({ text: 'fact 2' });
    expect(await find(3)).toEqual({ text: 'fact 3' });
    const prepared = prepare.mock.calls.map(([sql]) => sql);
    expect(prepared).toHaveLength(4);
    expect(new Set(prepared).size).toBe(4);
  });

  it('goes on after a change of the schema', async () => {
    const db = createSqliteKysely<Tables>(connection);
    const list = () => db.selectFrom('facts').selectAll().execute();
    await db.insertInto('facts').values({ id: 1, text: 'one' }).execute();
    expect(await list()).toEqual([{ id: 1, text: 'one' }]);
    await db.schema.alterTable('facts').addColumn('more', 'text').execute();
    expect(await list()).toEqual([{ id: 1, text: 'one', more: null }]);
  });

  it('does not keep statements without end', async () => {
    const db = createSqliteKysely<Tables>(connection);
    const prepare = vi.spyOn(connection, 'prepare');
    const find = (count: number) =>
      db
        .selectFrom('facts')
        .select('id')
        .where(
          'id',
          'in',
          Array.from({ length: count }, (_, id) => id),
        )
        .execute();
    for (let count = 1; count <= 501; count += 1) await find(count);
    await find(501);
    expect(prepare).toHaveBeenCalledTimes(501);
    await find(1);
    expect(prepare).toHaveBeenCalledTimes(502);
  });
});
