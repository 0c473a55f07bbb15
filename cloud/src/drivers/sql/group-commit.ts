import type { Kysely, Transaction } from 'kysely';

type Work<Tables, T> = (trx: Transaction<Tables>) => Promise<T>;

interface Job<Tables> {
  work: Work<Tables, unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Resolves when the work is on disk. */
export type GroupCommit<Tables> = <T>(work: Work<Tables, T>) => Promise<T>;

/**
 * Many small writes that come at once share a commit: what waits while one is under way goes into the next, up to `maxJobs`,
 * so that nobody else waits long for the database. When one of them fails, each is done again on its own: work may run
 * twice, and must do the same then.
 */
export function createGroupCommit<Tables>(db: Kysely<Tables>, maxJobs = 32): GroupCommit<Tables> {
  const waiting: Job<Tables>[] = [];
  let isRunning = false;

  const runAlone = async ({ work, resolve, reject }: Job<Tables>): Promise<void> => {
    try {
      resolve(await db.transaction().execute(work));
    } catch (error) {
      reject(error);
    }
  };
  const runTogether = async (jobs: readonly Job<Tables>[]): Promise<void> => {
    try {
      const results = await db.transaction().execute(async (trx) => {
        const values: unknown[] = [];
        for (const { work } of jobs) values.push(await work(trx));
        return values;
      });
      jobs.forEach(({ resolve }, index) => {
        resolve(results[index]);
      });
    } catch {
      for (const job of jobs) await runAlone(job);
    }
  };
  const drain = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      const [first, ...others] = waiting.splice(0, maxJobs) as [Job<Tables>, ...Job<Tables>[]];
      await (others.length === 0 ? runAlone(first) : runTogether([first, ...others]));
    }
    isRunning = false;
  };
  return <T>(work: Work<Tables, T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ work, resolve: (value) => resolve(value as T), reject });
      if (!isRunning) void drain();
    });
}
