import { ScanPayError } from '@scanpay/shared/errors.ts';
import { type Kysely, sql } from 'kysely';
import { isPostgres } from '../is-postgres.ts';

const parties = ['direction', 'hop', 'sender', 'receiver', 'device_id', 'business_date'];
const onceBefore = `constraint "statements_once" unique (${parties.map((name) => `"${name}"`).join(', ')})`;

/** Each payment has a payout date of its own, and a terminal's date one statement of each. */
export async function addPayoutDates(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('ledger_entries').addColumn('payout_date', 'text').execute();
  await db.schema.dropIndex('ledger_entries_by_device').execute();
  await db.schema
    .createIndex('ledger_entries_by_device')
    .on('ledger_entries')
    .columns(['business_date', 'device_id', 'merchant_id', 'payout_date', 'payment_id'])
    .where(sql.ref('device_id'), 'is not', null)
    .execute();
  await db.schema
    .alterTable('statements')
    .addColumn('covers_date', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`update statements set covers_date = 1 where hop = 'S15'`.execute(db);
  if (isPostgres(db)) await db.schema.alterTable('statements').dropConstraint('statements_once').execute();
  else await dropUniqueParties(db);
  // A unique key takes two nulls for different, and companies' statements have no payout date.
  await sql`
    create unique index statements_once on statements
    (${sql.join(parties.map((name) => sql.ref(name)))}, coalesce(payout_date, ''))`.execute(db);
}

/**
 * SQLite cannot drop a constraint: the table is made anew as it stands but for that, and filled
 * (https://sqlite.org/lang_altertable.html#otheralter).
 */
async function dropUniqueParties(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ ddl: string }>`
    select sql as ddl from sqlite_master where type = 'table' and name = 'statements'`.execute(db);
  const ddl = rows[0]?.ddl ?? '';
  if (!ddl.includes(`, ${onceBefore}`)) throw new ScanPayError('internal', 'the table of statements is another');
  await sql`alter table statements rename to statements_before`.execute(db);
  await sql.raw(ddl.replace(`, ${onceBefore}`, '')).execute(db);
  await sql`insert into statements select * from statements_before`.execute(db);
  await sql`drop table statements_before`.execute(db);
  await db.schema.createIndex('statements_by_date').on('statements').column('business_date').execute();
}
