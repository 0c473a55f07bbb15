import type { Kysely } from 'kysely';

/** The PG's signed word on what it sold with a coupon. */
export async function keepSoldWords(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('operator_coupons').addColumn('sold_jws', 'text').execute();
}
