import { type Kysely, sql } from 'kysely';
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

/** Limits for tests: told within the test when something hangs, and few enough connections to run out of. */
export const testLimits = { maxConnections: 5, connectTimeoutMs: 30_000, statementTimeoutMs: 30_000 };

/** Copying the programs, making the cluster and starting it, each as long as it may take on a busy machine. */
const serverDeadlineMs = 150_000;

/** A real PostgreSQL for the tests of the file that asks for it, outside of any suite. */
export function usePostgresServer(): () => PostgresServer {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgresServer();
  }, serverDeadlineMs);
  afterAll(() => server?.remove());
  return () => {
    if (server === undefined) throw new Error('PostgreSQL is not up yet');
    return server;
  };
}

/** Every database the stores run on; to be called once in a test file, outside of any suite. */
export function useTestDatabases(): TestDatabase[] {
  const server = usePostgresServer();
  /** Emptied after use: that takes a fraction of the time a new one does. */
  const emptyUrls: string[] = [];
  return [
    { name: 'SQLite', create: async (migrations) => createSqliteBook(migrations) },
    {
      name: 'PostgreSQL',
      async create(migrations) {
        const url = emptyUrls.pop() ?? (await server().createDatabase());
        return createPostgresBook(url, migrations, () => emptyUrls.push(url));
      },
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

/** @param url of a database that nobody else uses; `onEmptied` hears when it is as new */
function createPostgresBook<Tables>(
  url: string,
  migrations: Record<string, Migration>,
  onEmptied: () => void,
): TestBook<Tables> {
  const opened: Kysely<Tables>[] = [];
  const connect = (): Kysely<Tables> => {
    const db = openPostgres<Tables>({ url, ...testLimits }, () => undefined);
    opened.push(db);
    return db;
  };
  const open = async (): Promise<Kysely<Tables>> => {
    const db = connect();
    await migrateToLatest(db, migrations);
    return db;
  };
  return {
    open,
    openRival: open,
    async remove() {
      const last = connect();
      await sql`drop schema public cascade`.execute(last);
      await sql`create schema public`.execute(last);
      for (const db of opened) await db.destroy();
      onEmptied();
    },
  };
}
