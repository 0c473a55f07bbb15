/**
 * What SQLite's single writer gives for nothing, on PostgreSQL. Each statement there sees what was committed before it
 * began (READ COMMITTED), and a conditional change of a row waits for whoever changes it and then looks again. What a
 * row lock cannot hold is held by two locks of the whole database, taken in this order, both until the transaction ends:
 *
 * 1. the dates: shared by everyone who finds a business date open and then books or pins something under it, alone for
 *    who closes one. It comes first in its transaction, so that nobody waits for it with a row in hand.
 * 2. the chain: alone for who appends to the ledger. It comes last, or before the first row where a transaction appends
 *    more than once.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import { isPostgres } from './is-postgres.ts';

/** Any numbers will do, as long as nothing else in the database uses them. */
const datesLock = 4_201_002;
const chainLock = 4_201_001;
const identitiesLock = 4_201_003;
const configsLock = 4_201_004;

/** Runs the work in one transaction during which no business date is closed. */
export function holdingDates<Tables, T>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    if (isPostgres(trx)) await sql`select pg_advisory_xact_lock_shared(${datesLock})`.execute(trx);
    return work(trx);
  });
}

/** Runs the work in one transaction that may close a business date: no payment is pinned to one meanwhile. */
export function closingDates<Tables, T>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    if (isPostgres(trx)) await sql`select pg_advisory_xact_lock(${datesLock})`.execute(trx);
    return work(trx);
  });
}

/** Until the transaction ends nobody else appends to the ledger. */
export async function lockChain<Tables>(trx: Kysely<Tables>): Promise<void> {
  if (isPostgres(trx)) await sql`select pg_advisory_xact_lock(${chainLock})`.execute(trx);
}

/** Until the transaction ends nobody else changes what the operator knows boxes by. Its transactions lock nothing before. */
export async function lockIdentities<Tables>(trx: Kysely<Tables>): Promise<void> {
  if (isPostgres(trx)) await sql`select pg_advisory_xact_lock(${identitiesLock})`.execute(trx);
}

/** Until the transaction ends nobody else changes what boxes are to be set to. Its transactions lock nothing before. */
export async function lockConfigs<Tables>(trx: Kysely<Tables>): Promise<void> {
  if (isPostgres(trx)) await sql`select pg_advisory_xact_lock(${configsLock})`.execute(trx);
}
