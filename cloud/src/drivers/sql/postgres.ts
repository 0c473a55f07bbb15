import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { isConnectionLost, toDatabaseError } from './postgres-errors.ts';
import { parsePostgresInteger } from './postgres-integer.ts';

export interface PostgresSettings {
  /** `postgres://user:password@host:port/database`, with whatever else node-postgres reads from it (`sslmode`). */
  url: string;
  /** Connections open at once; who finds none free waits. */
  maxConnections: number;
  /** Longest wait for a connection, be it a new one or a free one. */
  connectTimeoutMs: number;
  /** Longest a single statement may take, waiting for locks included. */
  statementTimeoutMs: number;
}

/** Something happened to a connection nobody was using; the next call opens another. */
export type OnConnectionProblem = (problem: { err: Error }) => void;

/** How long a connection stays open without use. */
const idleConnectionMs = 30_000;
/** How much later than the server this side gives a statement up: only where the server, or the way to it, is gone. */
const answerGraceMs = 1_000;
const int8 = 20;
const numeric = 1700;

/**
 * A company's database on PostgreSQL. Nothing is connected before the first query, and a server that was away is found
 * again by the next one.
 *
 * Every failure to reach or to use the server rejects with ScanPayError `database_unavailable`: the transaction left
 * nothing, or, where its COMMIT was already on the way, all. Wrong credentials reject with `configuration`.
 */
export function openPostgres<Tables>(settings: PostgresSettings, onProblem: OnConnectionProblem): Kysely<Tables> {
  const pool = new pg.Pool({
    connectionString: settings.url,
    max: settings.maxConnections,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    idleTimeoutMillis: idleConnectionMs,
    query_timeout: settings.statementTimeoutMs + answerGraceMs,
    keepAlive: true,
    application_name: 'scanpay',
    types: { getTypeParser: typeParserOf as typeof pg.types.getTypeParser },
    onConnect: (client) => client.query(sessionSettings(settings)),
  });
  // Without a listener the loss of an idle connection, or of one between two statements, would end the process.
  pool.on('error', (err) => onProblem({ err }));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: guardPool(pool) }) });
}

/**
 * What the stores rely on, whatever the server's own defaults are: each statement sees what was committed before it
 * (see `book-locks.ts`), a commit is on disk, and nobody holds a lock for long.
 */
function sessionSettings({ statementTimeoutMs }: PostgresSettings): string {
  return `set session characteristics as transaction isolation level read committed;
    set synchronous_commit = on;
    set statement_timeout = ${statementTimeoutMs};
    set idle_in_transaction_session_timeout = ${statementTimeoutMs}`;
}

function typeParserOf(oid: number, format?: 'text' | 'binary'): unknown {
  return oid === int8 || oid === numeric ? parsePostgresInteger : pg.types.getTypeParser(oid, format);
}

/** The pool as Kysely knows it, with failures told in our words and broken connections thrown away. */
function guardPool(pool: pg.Pool): PostgresPool {
  // Kysely knows a connection again by its object.
  const guarded = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw toDatabaseError(error);
      });
      const known = guarded.get(client) ?? guardClient(client);
      guarded.set(client, known);
      return known;
    },
  };
}

function guardClient(client: pg.PoolClient): PostgresPoolClient {
  let failure: Error | undefined;
  const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    // A rollback would only wait behind the statement that was given up.
    if (failure !== undefined) throw failure;
    try {
      return await client.query(text, [...values]);
    } catch (error) {
      const told = toDatabaseError(error);
      if (isConnectionLost(error)) failure = told;
      throw told;
    }
  };
  return {
    query: query as PostgresPoolClient['query'],
    release: (destroy = false) => client.release(destroy || failure !== undefined),
  };
}
