import { CloudConfigSchema } from '@scanpay/cloud/config.ts';
import { openSqliteFile, type SqliteConnection } from '@scanpay/cloud/drivers/sql/database.ts';
import { startCloud } from '@scanpay/cloud/main.ts';
import { readConfigFile } from '@scanpay/shared/system/read-config-file.ts';
import { createPowerSwitch } from './killable.ts';

/** The ordinary cloud, with a power switch at every commit of any company's database. */
const power = createPowerSwitch();

/** Counts what makes changes durable: COMMIT, and every writing statement outside of a transaction. */
function withPowerSwitch(connection: SqliteConnection): SqliteConnection {
  const prepare = (sql: string) => {
    const statement = connection.prepare(sql);
    // SQLite calls transaction control read-only, COMMIT among it.
    const isCommit = /^\s*commit/i.test(sql);
    if (statement.readonly && !isCommit) return statement;
    return new Proxy(statement, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const run = (): unknown => Reflect.apply(value, target, args);
          const writes = name === 'run' || name === 'all' || name === 'get';
          const result = writes && (isCommit || !connection.inTransaction) ? power.around(run) : run();
          return result === target ? statement : result;
        };
      },
    });
  };
  return new Proxy(connection, {
    get(target, name) {
      if (name === 'prepare') return prepare;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const config = readConfigFile(CloudConfigSchema, process.argv[3] ?? '');
const running = await startCloud(config, undefined, {
  openDatabase: (path) => withPowerSwitch(openSqliteFile(path)),
});
process.send?.({ ready: running.addresses });
process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)));
