/** What the tests of the PG's store share: registrations by number, each with a card box of its own. */
import { createHash } from 'node:crypto';
import type { CouponId, RegistrationId } from '@scanpay/shared/ids.ts';
import { nowMs, registration } from '../../../../core/approve/testing/pg-fixtures.ts';
import { ledgerMigrations } from '../../ledger/migrations.ts';
import type { TestDatabase } from '../../testing/test-databases.ts';
import { pgMigrations } from '../migrations.ts';
import { createPgStore } from '../pg-store.ts';
import type { PgTables } from '../tables.ts';

/** A pseudo-random card box whose bytes are found nowhere else. */
export function boxOf(index: number): Uint8Array {
  const hash = (part: number) => createHash('sha256').update(`${index}/${part}`).digest();
  return Buffer.concat([hash(0), hash(1)]).subarray(0, 58);
}
export const numbered = (index: number) => ({
  ...registration,
  state: 'stored' as const,
  registrationId: `019ab0c0-0000-7000-8000-${String(index).padStart(12, '0')}` as RegistrationId,
  // As in life, ids that follow each other in time do not in order.
  couponId: createHash('sha256').update(`coupon ${index}`).digest('hex').slice(0, 16) as CouponId,
});
export const held = (index: number, deleteAtMs = nowMs + 1_000) => ({
  couponId: numbered(index).couponId,
  cardBox: boxOf(index),
  cardFingerprint: `fingerprint-${index}`,
  deleteAtMs,
});
export const deletion = (index: number, recordJws = 'record') => ({
  couponId: numbered(index).couponId,
  recordJws,
  deletedAtMs: nowMs,
});

/** A PG's store on a new database, beside the same as another process has it open. */
export async function openPgBook(database: TestDatabase) {
  const book = await database.create<PgTables>({ ...ledgerMigrations, ...pgMigrations });
  const db = await book.open();
  return {
    db,
    store: createPgStore(db),
    rival: createPgStore(await book.openRival()),
    reopen: async () => createPgStore(await book.open()),
    bookedKinds: async () =>
      (await db.selectFrom('ledger_entries').select('kind').orderBy('seq').execute()).map(({ kind }) => kind),
    remove: () => book.remove(),
  };
}
