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

export interface DiskEvents {
  /** Something is now durable. */
  onCommit(): void;
  /** The power went: kill the process. */
  onPowerCut(): void;
}

export function createDisk(image: Buffer | null, events: DiskEvents): SimDisk {
  const connection = image === null ? new Database(':memory:') : new Database(image);
  connection.pragma('foreign_keys = ON');
  const statements = new Map<string, Database.Statement>();
  let armed: { skip: number; fate: CommitFate } | null = null;

  const prepare = (sql: string): Database.Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const made = connection.prepare(sql);
    statements.set(sql, made);
    return made;
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
    events.onCommit();
    if (fate === 'after') cutPower(life);
    return result;
  };
  const cutPower = (life: SimProcess): never => {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    events.onPowerCut();
    throw new DeadProcessError(life.name);
  };
  const asStatement = (life: SimProcess, sql: string) => {
    const statement = prepare(sql);
    const isCommit = /^commit$/i.test(sql.trim());
    const isWrite = !statement.readonly;
    const run = <T>(call: () => T): T => {
      if (!life.isAlive()) throw new DeadProcessError(life.name);
      const ends = isCommit || (isWrite && !connection.inTransaction && !/^begin/i.test(sql.trim()));
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

/** As better-sqlite3 throws it. */
function fullDisk(): Error {
  return Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
}
