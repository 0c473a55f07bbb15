import { type Kysely, sql } from 'kysely';
import { isPostgres } from './is-postgres.ts';

/** Of its pages, free ones included; PostgreSQL's own tables, too. */
export async function readDatabaseBytes<Tables>(db: Kysely<Tables>): Promise<number> {
  const query = isPostgres(db)
    ? sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
    : sql<{ bytes: number }>`
        select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`;
  const { rows } = await query.execute(db);
  return Number(rows[0]?.bytes ?? 0);
}
