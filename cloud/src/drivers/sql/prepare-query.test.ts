import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSqliteKysely, openSqliteFile } from './database.ts';
import { prepareQuery } from './prepare-query.ts';

interface FactTable {
  id: number;
  text: string | null;
  bytes: Uint8Array | null;
}
interface Tables {
  facts: FactTable;
}

let folder: string;
let db: Kysely<Tables>;

async function open(name: string): Promise<Kysely<Tables>> {
  const opened = createSqliteKysely<Tables>(openSqliteFile(join(folder, name)));
  await sql`create table facts (id integer primary key, text text, bytes blob)`.execute(opened);
  return opened;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scanpay-prepare-'));
  db = await open('book.db');
});
afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

const built = vi.fn();
const insertFacts = prepareQuery<Tables, { rows: FactTable[] }, unknown>((on, { rows }) => {
  built();
  return on
    .insertInto('facts')
    .values(rows)
    .onConflict((conflict) => conflict.column('id').doNothing());
});
const changeFact = prepareQuery<Tables, { id: number; to: Partial<FactTable> }, unknown>((on, { id, to }) =>
  on.updateTable('facts').set(to).where('id', '=', id),
);
const findIds = prepareQuery<Tables, { ids: number[]; not: string }, { id: number }>((on, { ids, not }) =>
  on
    .selectFrom('facts')
    .select('id')
    .where('id', 'in', ids)
    .where((eb) => eb.or([eb('text', 'is', null), eb('text', '<>', not)]))
    .where('id', '<', 100)
    .orderBy('id'),
);
const listFacts = (on: Kysely<Tables>) => on.selectFrom('facts').selectAll().orderBy('id').execute();
const fact = (id: number, text: string | null = null): FactTable => ({ id, text, bytes: null });

describe('prepareQuery', () => {
  it('builds once, and takes the values of each run', async () => {
    built.mockClear();
    for (const row of [fact(1, 'one'), fact(2), { ...fact(3), bytes: Buffer.from([1, 2, 3]) }]) {
      expect(await insertFacts.run(db, { rows: [row] })).toBe(1);
    }
    expect(built).toHaveBeenCalledTimes(1);
    expect(await listFacts(db)).toEqual([fact(1, 'one'), fact(2), { ...fact(3), bytes: Buffer.from([1, 2, 3]) }]);
    expect(await findIds.all(db, { ids: [1, 2, 3], not: 'one' })).toEqual([{ id: 2 }, { id: 3 }]);
    expect(await findIds.first(db, { ids: [3, 1, 9], not: '' })).toEqual({ id: 1 });
    expect(await findIds.first(db, { ids: [7, 8, 9], not: '' })).toBeUndefined();
  });

  it('builds again for another number of rows or values', async () => {
    built.mockClear();
    expect(await insertFacts.run(db, { rows: [fact(1), fact(2)] })).toBe(2);
    expect(await insertFacts.run(db, { rows: [fact(2), fact(3), fact(4)] })).toBe(2);
    expect(await insertFacts.run(db, { rows: [fact(5), fact(1)] })).toBe(1);
    expect(built).toHaveBeenCalledTimes(2);
    expect(await findIds.all(db, { ids: [4], not: '' })).toEqual([{ id: 4 }]);
    expect(await findIds.all(db, { ids: [4, 5, 6, 7], not: '' })).toEqual([{ id: 4 }, { id: 5 }]);
  });

  it('keeps changes of different columns apart', async () => {
    await insertFacts.run(db, { rows: [fact(1, 'old')] });
    expect(await changeFact.run(db, { id: 1, to: { text: 'new' } })).toBe(1);
    await changeFact.run(db, { id: 1, to: { bytes: Buffer.from('b') } });
    expect(await listFacts(db)).toEqual([{ id: 1, text: 'new', bytes: Buffer.from('b') }]);
    await changeFact.run(db, { id: 1, to: { text: null, bytes: null } });
    expect(await listFacts(db)).toEqual([fact(1)]);
    expect(await changeFact.run(db, { id: 2, to: { text: 'new' } })).toBe(0);
  });

  it('belongs to the transaction it is run in', async () => {
    const failing = db.transaction().execute(async (trx) => {
      await insertFacts.run(trx, { rows: [fact(1)] });
      expect(await findIds.all(trx, { ids: [1], not: '' })).toEqual([{ id: 1 }]);
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect(await findIds.all(db, { ids: [1], not: '' })).toEqual([]);
  });

  it('serves another database with a query of its own', async () => {
    const other = await open('other.db');
    built.mockClear();
    await insertFacts.run(other, { rows: [fact(9)] });
    await insertFacts.run(db, { rows: [fact(8)] });
    expect(built).toHaveBeenCalledTimes(2);
    expect(await listFacts(other)).toEqual([fact(9)]);
    expect(await listFacts(db)).toEqual([fact(8)]);
    await other.destroy();
  });
});
