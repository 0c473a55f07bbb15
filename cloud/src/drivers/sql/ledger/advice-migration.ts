import type { Kysely } from 'kysely';

/** The sender's signed word that a statement is paid, beside the statement it is about. */
export async function keepAdvices(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('statements').addColumn('advice_jws', 'text').execute();
}
