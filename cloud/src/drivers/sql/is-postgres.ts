import { type Kysely, PostgresAdapter } from 'kysely';

/** Where the two databases differ in what they understand. */
export const isPostgres = <Tables>(db: Kysely<Tables>): boolean => db.getExecutor().adapter instanceof PostgresAdapter;
