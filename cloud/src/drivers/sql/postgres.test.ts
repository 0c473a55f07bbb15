import { createServer } from 'node:net';
import { until } from '@scanpay/shared/testing/until.ts';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrateToLatest } from './database.ts';
import { openPostgres, type PostgresSettings } from './postgres.ts';
import { parsePostgresInteger } from './postgres-integer.ts';
import { testLimits, usePostgresServer } from './testing/test-databases.ts';

interface Tables {
  facts: { id: number; text: string; amount: number };
}

const server = usePostgresServer();
let url: string;
let db: Kysely<Tables>;
let opened: Kysely<Tables>[];
let problems: string[];

const open = (settings: Partial<PostgresSettings> = {}): Kysely<Tables> => {
  const each = openPostgres<Tables>({ url, ...testLimits, ...settings }, ({ err }) => problems.push(err.message));
  opened.push(each);
  return each;
};
const createFacts = {
  '0001-facts': {
    up: (on: Kysely<unknown>) =>
      on.schema
        .createTable('facts')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('amount', 'bigint', (column) => column.notNull())
        .execute(),
  },
};
const fact = (id: number, text = `fact ${id}`, amount = 0) => ({ id, text, amount });
const idsOf = async (on: Kysely<Tables>) =>
  (await on.selectFrom('facts').select('id').orderBy('id').execute()).map(({ id }) => id);
const insert = (on: Kysely<Tables>, ...rows: ReturnType<typeof fact>[]) =>
  on.insertInto('facts').values(rows).execute();
const unavailable = { code: 'database_unavailable' };
/** Short enough to be waited for, long enough that a busy machine does a thing or two within it. */
const hastyMs = 500;

beforeEach(async () => {
  [opened, problems] = [[], []];
  url = await server().createDatabase();
  db = open();
  await migrateToLatest(db, createFacts);
});
afterEach(async () => {
  for (const each of opened) await each.destroy();
});

describe('values', () => {
  it('are numbers where they are bigints, and sums of them', async () => {
    await insert(db, fact(1, 'one', Number.MAX_SAFE_INTEGER), fact(2, 'two', -Number.MAX_SAFE_INTEGER));
    const amounts = await db.selectFrom('facts').select('amount').orderBy('id').execute();
    expect(amounts).toEqual([{ amount: Number.MAX_SAFE_INTEGER }, { amount: -Number.MAX_SAFE_INTEGER }]);
    expect(
      await db
        .selectFrom('facts')
        .select(({ fn }) => fn.sum('amount').as('sum'))
        .execute(),
    ).toEqual([{ sum: 0 }]);
    expect(
      await db
        .selectFrom('facts')
        .select(({ fn }) => fn.countAll().as('n'))
        .execute(),
    ).toEqual([{ n: 2 }]);
  });

  it('are an error, and not nearly right, where a number cannot hold them', async () => {
    const tooLarge = sql`select 9007199254740993::bigint as amount`.execute(db);
    await expect(tooLarge).rejects.toMatchObject({ code: 'internal' });
    expect(() => parsePostgresInteger('1.5')).toThrow('not a safe integer');
    expect(await idsOf(db)).toEqual([]);
  });

  it('sort by their bytes, whatever the locale of the database', async () => {
    const texts = ['m-b', 'M-a', 'm_a', 'm-A', '가', 'm1'];
    await insert(db, ...texts.map((text, id) => fact(id, text)));
    const rows = await db.selectFrom('facts').select('text').orderBy('text').execute();
    expect(rows.map(({ text }) => text)).toEqual([...texts].sort());
  });
});

describe('a session', () => {
  it('has its own isolation, durability and limits, whatever the database says', async () => {
    await sql`alter database ${sql.id(new URL(url).pathname.slice(1))} set synchronous_commit = off`.execute(db);
    await sql`alter database ${sql.id(new URL(url).pathname.slice(1))} set default_transaction_isolation = serializable`.execute(
      db,
    );
    const settings = ['transaction_isolation', 'synchronous_commit', 'statement_timeout', 'application_name'];
    const other = open({ statementTimeoutMs: 2_000 });
    const values = await Promise.all(
      settings.map(
        async (name) =>
          (await sql<{ value: string }>`select current_setting(${name}) as value`.execute(other)).rows[0]?.value,
      ),
    );
    expect(values).toEqual(['read committed', 'on', '2s', 'scanpay']);
  });

  it('is one of few, however many want one', async () => {
    const few = open({ maxConnections: 3 });
    const pids = await Promise.all(
      Array.from({ length: 40 }, (_, id) =>
        few.transaction().execute(async (trx) => {
          await insert(trx, fact(id));
          return (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)).rows[0]?.pid;
        }),
      ),
    );
    expect(new Set(pids).size).toBe(3);
    expect(await idsOf(db)).toHaveLength(40);
  });

  it('is not waited for without end', async () => {
    const few = open({ maxConnections: 1, connectTimeoutMs: hastyMs });
    // Connecting is not what is to take too long here.
    await until(() => idsOf(few));
    await few.connection().execute(async () => {
      await expect(idsOf(few)).rejects.toMatchObject(unavailable);
    });
    expect(await idsOf(few)).toEqual([]);
  });
});

describe('a statement', () => {
  it('that waits too long for a lock is given up, and its transaction leaves nothing', async () => {
    await insert(db, fact(1));
    const hasty = open({ statementTimeoutMs: hastyMs });
    await db.transaction().execute(async (trx) => {
      await trx.updateTable('facts').set({ text: 'mine' }).execute();
      const other = hasty.transaction().execute(async (second) => {
        await insert(second, fact(2));
        await second.updateTable('facts').set({ text: 'yours' }).where('id', '=', 1).execute();
      });
      await expect(other).rejects.toMatchObject(unavailable);
    });
    expect(await db.selectFrom('facts').select(['id', 'text']).execute()).toEqual([{ id: 1, text: 'mine' }]);
    await until(async () => expect(await idsOf(hasty)).toEqual([1]));
  });

  it('that breaks a rule of the database keeps its own error', async () => {
    await insert(db, fact(1));
    await expect(insert(db, fact(1))).rejects.toMatchObject({ code: '23505' });
    await expect(insert(db, { ...fact(2), text: null as never })).rejects.toMatchObject({ code: '23502' });
  });

  it('that a server takes without a word is given up on this side', async () => {
    const hasty = open({ maxConnections: 1, statementTimeoutMs: hastyMs });
    const readPid = async () =>
      (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(hasty)).rows[0]!.pid;
    const pid = await until(readPid);
    process.kill(pid, 'SIGSTOP');
    const silent = hasty.transaction().execute((trx) => insert(trx, fact(1)));
    await expect(silent).rejects.toMatchObject(unavailable);
    process.kill(pid, 'SIGCONT');
    await until(async () => expect(await idsOf(hasty)).toEqual([]));
    expect(await until(readPid)).not.toBe(pid);
  });
});

describe('a server', () => {
  it('that ends in the middle of a transaction leaves nothing of it, and is found again', async () => {
    await insert(db, fact(1));
    const cut = db.transaction().execute(async (trx) => {
      await insert(trx, fact(2));
      await server().crash();
      await insert(trx, fact(3));
    });
    await expect(cut).rejects.toMatchObject(unavailable);
    await expect(idsOf(db)).rejects.toMatchObject(unavailable);
    await server().start();
    expect(await idsOf(db)).toEqual([1]);
    await insert(db, fact(4));
    expect(await idsOf(db)).toEqual([1, 4]);
  });

  it('that ends while many write leaves each of them whole or not at all, and what was told is there', async () => {
    const write = async (id: number) => {
      await db.transaction().execute(async (trx) => {
        await insert(trx, fact(2 * id));
        if (id === 30) await server().crash();
        await insert(trx, fact(2 * id + 1));
      });
      return id;
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, id) => write(id)));
    const told = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    for (const each of outcomes) if (each.status === 'rejected') expect(each.reason).toMatchObject(unavailable);
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(60);
    await server().start();
    const ids = new Set(await idsOf(db));
    for (const id of ids) expect(ids.has(id ^ 1)).toBe(true);
    for (const id of told) expect(ids.has(2 * id)).toBe(true);
  });

  it('that ends an idle connection is only told of', async () => {
    const [session] = (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows;
    await sql`select pg_terminate_backend(${session!.pid})`.execute(open());
    await expect.poll(() => problems).toHaveLength(1);
    expect(await idsOf(db)).toEqual([]);
  });

  it('that refuses the password, or does not have the database, is a matter of configuration', async () => {
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(idsOf(open({ url: wrong.href }))).rejects.toMatchObject({ code: 'configuration' });
    const missing = new URL(url);
    missing.pathname = '/nowhere';
    await expect(idsOf(open({ url: missing.href }))).rejects.toMatchObject({ code: 'configuration' });
  });

  it('that holds the book of another company under this name is not written to', async () => {
    const others = { '0001-others': { up: (on: Kysely<unknown>) => on.schema.dropTable('facts').execute() } };
    await expect(migrateToLatest(open(), others)).rejects.toThrow('0001-facts is missing');
    expect(await idsOf(db)).toEqual([]);
  });

  it('that takes the connection and says nothing is not waited for without end', async () => {
    const mute = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const address = mute.address() as { port: number };
    const nobody = open({ url: `postgres://a:b@127.0.0.1:${address.port}/c`, connectTimeoutMs: 100 });
    await expect(idsOf(nobody)).rejects.toMatchObject(unavailable);
    await new Promise((resolve) => mute.close(resolve));
  });
});
