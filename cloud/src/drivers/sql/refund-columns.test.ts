import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterEach, expect, it } from 'vitest';
import { cardMigrations } from './card/migrations.ts';
import { createSqliteKysely, migrateToLatest, openSqliteFile } from './database.ts';
import { ledgerMigrations } from './ledger/migrations.ts';
import { operatorMigrations } from './operator/migrations.ts';
import { pgMigrations } from './pg/migrations.ts';

/** What a database of before refunds holds: a payment cancelled whole, one that stands, and cancels of both ends. */
const payments = [
  { id: 'p-cancelled', cancelId: 'c-done' },
  { id: 'p-stands', cancelId: null },
];
const refunds = 'select payment_id as id, refunded_won as won, refund_count as count from';

let db: Kysely<unknown>;
afterEach(() => db.destroy());

async function openBefore(migrations: Record<string, Migration>, last: string): Promise<void> {
  db = createSqliteKysely<unknown>(openSqliteFile(':memory:'));
  // Later ones may build on it.
  const former = Object.entries({ ...ledgerMigrations, ...migrations }).filter(([name]) => name < last);
  expect(Object.keys(migrations)).toContain(last);
  await migrateToLatest(db, Object.fromEntries(former));
}

const after = async (migrations: Record<string, Migration>, table: string) => {
  await migrateToLatest(db, { ...ledgerMigrations, ...migrations });
  return (await sql.raw(`${refunds} ${table} order by 1`).execute(db)).rows;
};
const expected = [
  { id: 'p-cancelled', won: 900, count: 1 },
  { id: 'p-stands', won: 0, count: 0 },
];

it('counts what the card company has given back before', async () => {
  await openBefore(cardMigrations, '0013-card-refunds');
  for (const { id, cancelId } of payments) {
    await sql`insert into card_payments (payment_id, version, state, amount_won, approval_number, cancel_id, created_at_ms,
      updated_at_ms) values (${id}, 1, 'approved', 900, '1', ${cancelId}, 1, 1)`.execute(db);
  }
  expect(await after(cardMigrations, 'card_payments')).toEqual(expected);
});

it('counts what the PG has given back before, and lets go of what it held for that', async () => {
  await openBefore(pgMigrations, '0013-pg-refunds');
  for (const { id, cancelId } of [...payments, { id: 'p-under-way', cancelId: 'c-open' }]) {
    await sql`insert into pg_payments (payment_id, version, state, charged_won, evidence_jws, cancel_id, created_at_ms,
      updated_at_ms) values (${id}, 1, 'approved', 900, 'e', ${cancelId}, 1, 1)`.execute(db);
  }
  for (const [id, state] of [
    ['c-done', 'cancelled'],
    ['c-open', 'cancelling'],
  ]) {
    await sql`insert into pg_cancels (cancel_id, payment_id, amount_won, business_date, state, created_at_ms, updated_at_ms)
      values (${id}, 'p', 900, '2026-11-23', ${state}, 1, 1)`.execute(db);
  }
  expect(await after(pgMigrations, 'pg_payments')).toEqual([...expected, { id: 'p-under-way', won: 0, count: 0 }]);
  const held = await sql`select payment_id as id, cancel_id from pg_payments where cancel_id is not null`.execute(db);
  expect(held.rows).toEqual([{ id: 'p-under-way', cancel_id: 'c-open' }]);
});

it('counts what the operator has given back before, and dates its cancels', async () => {
  await openBefore(operatorMigrations, '0016-operator-refunds');
  for (const { id, cancelId } of payments) {
    const [state, held] = cancelId === null ? ['approved', 1] : ['cancelled', 0];
    await sql`insert into operator_payments (payment_id, device_id, merchant_id, state, tender, list_amount_won,
      request_jws, result_jws, offer_id, charged_won, business_date, booked, entitlement_held, tombstone, created_at_ms,
      updated_at_ms) values (${id}, 'box-1', 'm-1', ${state}, 'card', 1000, 'j', 'r', 'o-1', 900, '2026-11-23', 1,
      ${held}, 0, 1, 1)`.execute(db);
  }
  for (const [id, of, state] of [
    ['c-done', 'p-cancelled', 'cancelled'],
    ['c-lost', 'p-stands', 'declined'],
  ]) {
    await sql`insert into operator_cancels (cancel_id, payment_id, device_id, request_jws, state, result_jws, created_at_ms,
      updated_at_ms) values (${id}, ${of}, 'box-1', 'j', ${state}, 'r', 1, 1)`.execute(db);
  }
  expect(await after(operatorMigrations, 'operator_payments')).toEqual(expected);
  const cancels = await sql`select cancel_id as id, amount_won, business_date from operator_cancels order by 1`.execute(
    db,
  );
  expect(cancels.rows).toEqual([
    { id: 'c-done', amount_won: 900, business_date: '2026-11-23' },
    { id: 'c-lost', amount_won: 900, business_date: null },
  ]);
});
