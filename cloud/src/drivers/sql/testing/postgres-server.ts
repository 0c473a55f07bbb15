import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startOnFreePorts } from '@scanpay/shared/testing/free-port.ts';
import pg from 'pg';
import { copyPostgresPrograms } from './postgres-programs.ts';

const readyDeadlineMs = 30_000;
const initDeadlineMs = 60_000;
/** PostgreSQL refuses to run as root: then it runs as `nobody`, which has this number on every Linux. */
const nobody = 65_534;
const account = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
const user = 'scanpay';

/** A real PostgreSQL on a port of the loopback interface, with its data in a temporary folder. */
export interface PostgresServer {
  /** Holds the data and the server's own log of changes (`pg_wal`). */
  readonly dataFolder: string;
  /** A new, empty database; its URL. */
  createDatabase(): Promise<string>;
  /** Carries everything into the files of the tables, and takes away those of tables that were written anew. */
  checkpoint(): Promise<void>;
  /** Ends all its processes at once, as a crash would: what was not committed is gone. */
  crash(): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  /** Stops it and deletes its folder. */
  remove(): Promise<void>;
}

/** Makes a cluster and starts it: a second or two. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'scanpay-postgres-'));
  const programs = copyPostgresPrograms(join(folder, 'programs'));
  const dataFolder = join(folder, 'data');
  const password = randomBytes(16).toString('hex');
  initialise(programs.initdb, folder, dataFolder, password);
  let port = 0;
  const urlOf = (database: string): string => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  let server: ChildProcess | undefined;
  let databaseCount = 0;

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  };
  const administer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: urlOf('postgres') });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  const running: PostgresServer = {
    dataFolder,
    async createDatabase() {
      databaseCount += 1;
      const name = `book_${databaseCount}`;
      await administer(`create database ${name}`);
      return urlOf(name);
    },
    checkpoint: () => administer('checkpoint'),
    crash: () => end('SIGQUIT'),
    async start() {
      server = spawn(programs.postgres, serverArguments(dataFolder, port), { ...account, stdio: 'ignore' });
      try {
        await waitUntilReady(urlOf('postgres'), server);
      } catch (error) {
        await end('SIGQUIT');
        throw error;
      }
    },
    async remove() {
      // At once: an orderly end would first carry everything into files that are deleted then.
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await startOnFreePorts(1, ([free = 0]) => {
    port = free;
    return running.start();
  });
  return running;
}

function initialise(initdb: string, folder: string, dataFolder: string, password: string): void {
  const passwordFile = join(folder, 'password');
  mkdirSync(dataFolder);
  writeFileSync(passwordFile, password);
  chmodSync(folder, 0o755);
  for (const path of [dataFolder, passwordFile]) {
    if (account.uid !== undefined) chownSync(path, account.uid, account.gid);
  }
  // A locale of people, not of bytes: what has to sort by bytes must say so itself.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=ko-KR'];
  const access = [`--username=${user}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const args = [`--pgdata=${dataFolder}`, '--no-sync', '--no-instructions', ...locale, ...access];
  execFileSync(initdb, args, { ...account, cwd: folder, stdio: 'pipe', timeout: initDeadlineMs });
}

/** Without fsync: the tests end processes, not machines. Without autovacuum: databases live for one test. */
function serverArguments(dataFolder: string, port: number): string[] {
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', autovacuum: 'off' };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', dataFolder, '-p', String(port), ...options];
}

/** @throws Error when it ends, or does not take connections in time. */
async function waitUntilReady(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + readyDeadlineMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    const failure = await client.connect().then(
      () => undefined,
      (error: unknown) => error,
    );
    await client.end().catch(() => undefined);
    if (failure === undefined) return;
    const { exitCode, signalCode } = server;
    if (exitCode !== null || signalCode !== null) {
      throw new Error(`PostgreSQL ended: ${exitCode ?? signalCode}`, { cause: failure });
    }
    if (Date.now() > deadline) throw new Error('PostgreSQL does not take connections', { cause: failure });
    await delay(50);
  }
}
