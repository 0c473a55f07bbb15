import Database from 'better-sqlite3';
import { DeadProcessError, type SimProcess } from './process.ts';

/**
 * What a commit meets. `before`: the power goes before it; `after`: just after it, before anybody hears of it;
 * `fail`: the disk is full, and the process lives on.
 */
export type CommitFate = 'before' | 'after' | 'fail';

/** A database that outlives its processes. Whatever was not committed when one of them died is gone. */
export interface SimDisk {
  connection: Database.Database;
  /** The connection as one life of a process has it. */
  attach(life: SimProcess): Database.Database;
  /** Carries out a commit of this life, whatever it meets. */
  commit<T>(life: SimProcess, write: () => T): T;
  /** The commit after the next `skip` ones meets this fate. */
  arm(skip: number, fate: CommitFate): void;
  disarm(): void;
}

interface KnownStatement {
  statement: Database.Statement;
  does: 'read' | 'write' | 'begin' | 'commit';
  /** Writes an entry into the ledger. */
  isEntry: boolean;
}

export interface DiskEvents {
  /** Something is now durable. `hasNewEntries`: in the ledger too. */
  onCommit(hasNewEntries: boolean): void;
  /** The power went: kill the process. */
  onPowerCut(): void;
}

export function createDisk(image: Buffer | null, events: DiskEvents): SimDisk {
  const connection = image === null ? new Database(':memory:') : new Database(image);
  connection.pragma('foreign_keys = ON');
  const statements = new Map<string, KnownStatement>();
  let hasNewEntries = false;
  let armed: { skip: number; fate: CommitFate } | null = null;

  const prepare = (sql: string): KnownStatement => {
    const known = statements.get(sql) ?? readStatement(connection, sql);
    statements.set(sql, known);
    return known;
  };
  const takeFate = (): CommitFate | null => {
    if (armed === null) return null;
    armed.skip -= 1;
    if (armed.skip >= 0) return null;
    const { fate } = armed;
    armed = null;
    return fate;
  };
  const commit = <T>(life: SimProcess, write: () => T): T => {
    if (!life.isAlive()) throw new DeadProcessError(life.name);
    const fate = takeFate();
    if (fate === 'fail') throw fullDisk();
    if (fate === 'before') cutPower(life);
    const result = write();
    events.onCommit(hasNewEntries);
    hasNewEntries = false;
    if (fate === 'after') cutPower(life);
    return result;
  };
  const cutPower = (life: SimProcess): never => {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    events.onPowerCut();
    throw new DeadProcessError(life.name);
  };
  const asStatement = (life: SimProcess, sql: string) => {
    const { statement, does, isEntry } = prepare(sql);
    const run = <T>(call: () => T): T => {
      if (!life.isAlive()) throw new DeadProcessError(life.name);
      hasNewEntries ||= isEntry;
      const ends = does === 'commit' || (does === 'write' && !connection.inTransaction);
      return ends ? commit(life, call) : call();
    };
    return {
      reader: statement.reader,
      all: (parameters: unknown[]) => run(() => statement.all(parameters)),
      run: (parameters: unknown[]) => run(() => statement.run(parameters)),
      iterate: (parameters: unknown[]) => run(() => statement.iterate(parameters)),
    };
  };
  return {
    connection,
    commit,
    attach(life) {
      if (connection.inTransaction) connection.exec('ROLLBACK');
      const attached = { prepare: (sql: string) => asStatement(life, sql), close: () => undefined };
      return attached as unknown as Database.Database;
    },
    arm(skip, fate) {
      armed = { skip, fate };
    },
    disarm() {
      armed = null;
    },
  };
}

function readStatement(connection: Database.Database, sql: string): KnownStatement {
  const statement = connection.prepare(sql);
  const [verb] = /^(begin|commit)/.exec(sql.trim().toLowerCase()) ?? [];
  const does = (verb as 'begin' | 'commit' | undefined) ?? (statement.readonly ? 'read' : 'write');
  return { statement, does, isEntry: does === 'write' && sql.includes('"ledger_entries"') };
}

/** As better-sqlite3 throws it. */
function fullDisk(): Error {
  return Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
}
