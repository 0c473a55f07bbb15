import { CloudConfigSchema } from '@scanpay/cloud/config.ts';
import { openSqliteFile, type SqliteConnection } from '@scanpay/cloud/drivers/sql/database.ts';
import { startCloud } from '@scanpay/cloud/main.ts';
import { readConfigFile } from '@scanpay/shared/system/read-config-file.ts';
import { answerQuestions, nowUs } from './answer-questions.ts';

/** One transaction of a company's database; microseconds. */
export interface TransactionStamp {
  book: string;
  beginUs: number;
  commitUs: number;
  endUs: number;
}

/** The ordinary cloud, with a stopwatch at every transaction. Any question is answered with the stamps since the last. */
const stamps: TransactionStamp[] = [];

function withStopwatch(connection: SqliteConnection, book: string): SqliteConnection {
  let beginUs = 0;
  const timed = (sql: string) => {
    const statement = connection.prepare(sql);
    const run = (): unknown => {
      if (/^begin/i.test(sql)) {
        beginUs = nowUs();
        return statement.run();
      }
      const commitUs = nowUs();
      const result = statement.run();
      stamps.push({ book, beginUs, commitUs, endUs: nowUs() });
      return result;
    };
    return { reader: false, run };
  };
  const prepare = (sql: string) => (/^(begin|commit)/i.test(sql) ? timed(sql) : connection.prepare(sql));
  return new Proxy(connection, {
    get(target, name) {
      if (name === 'prepare') return prepare;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const config = readConfigFile(CloudConfigSchema, process.argv[3] ?? '');
const bookOf = (path: string): string => /([a-z]+)\.sqlite$/.exec(path)?.[1] ?? path;
const running = await startCloud(config, undefined, {
  openDatabase: (path) => withStopwatch(openSqliteFile(path), bookOf(path)),
});
answerQuestions(
  running.addresses,
  () => stamps.splice(0),
  () => running.stop(),
);
