import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterAll, beforeAll } from 'vitest';
import { migrateToLatest } from '../database.ts';
import { openPostgres } from '../postgres.ts';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';
import { createTemporaryDatabase } from './temporary-database.ts';

/** One company's empty database, migrated as it is opened. */
export interface TestBook<Tables> {
  /** Opens it; after closing it, again. */
  open(): Promise<Kysely<Tables>>;
  /** As another process of the company has it open meanwhile. SQLite is open in one process only: the same again. */
  openRival(): Promise<Kysely<Tables>>;
  /** Closes what is open, and leaves nothing behind. */
  remove(): Promise<void>;
}

/** A kind of database that the stores run on. */
export interface TestDatabase {
  name: 'SQLite' | 'PostgreSQL';
  create<Tables>(migrations: Record<string, Migration>): Promise<TestBook<Tables>>;
}

/** Limits for tests: soon told when something hangs, and few enough connections to run out of. */
export const testLimits = { maxConnections: 5, connectTimeoutMs: 10_000, statementTimeoutMs: 10_000 };

/** A real PostgreSQL for the tests of the file that asks for it, outside of any suite. */
export function usePostgresServer(): () => PostgresServer {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgresServer();
  });
  afterAll(() => server?.remove());
  return () => {
    if (server === undefined) throw new Error('PostgreSQL is not up yet');
    return server;
  };
}

/** Every database the stores run on; to be called once in a test file, outside of any suite. */
export function useTestDatabases(): TestDatabase[] {
  const server = usePostgresServer();
  return [
    { name: 'SQLite', create: async (migrations) => createSqliteBook(migrations) },
    {
      name: 'PostgreSQL',
      create: async (migrations) => createPostgresBook(await server().createDatabase(), migrations),
    },
  ];
}

function createSqliteBook<Tables>(migrations: Record<string, Migration>): TestBook<Tables> {
  const { open, remove } = createTemporaryDatabase<Tables>(migrations);
  let latest: Kysely<Tables> | undefined;
  return {
    open: async () => {
      latest = await open();
      return latest;
    },
    openRival: async () => latest ?? open(),
    remove,
  };
}

/** @param url of a database that nobody else uses */
function createPostgresBook<Tables>(url: string, migrations: Record<string, Migration>): TestBook<Tables> {
  const opened: Kysely<Tables>[] = [];
  const open = async (): Promise<Kysely<Tables>> => {
    const db = openPostgres<Tables>({ url, ...testLimits }, () => undefined);
    opened.push(db);
    await migrateToLatest(db, migrations);
    return db;
  };
  return {
    open,
    openRival: open,
    async remove() {
      for (const db of opened) await db.destroy();
    },
  };
}
