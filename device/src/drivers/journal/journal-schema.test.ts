import { ScanPayError } from '@scanpay/shared/errors.ts';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { approval, cashSale, issuedTerms, merchantId, noonMs, paymentIdOf } from '../../testing/terminal-samples.ts';
import { prepareReads } from './journal-reads.ts';
import { migrateJournal } from './journal-schema.ts';
import { prepareWrites } from './journal-writes.ts';

let db: Database.Database;
beforeEach(() => {
  db = new Database(':memory:');
});
afterEach(() => {
  db.close();
});

/** A journal as the first release wrote it: one sale done, one request without an answer. */
function writeFirstVersion(): void {
  migrateJournal(db, 1);
  const insert = db.prepare(`
    INSERT INTO payments (payment_id, coupon_id, state, request, request_jws, approval, business_date, opened_at_ms, closed_at_ms)
    VALUES (@paymentId, @couponId, @state, @request, 'a.b.c', @approval, @date, @atMs, @closedAtMs)`);
  const request = JSON.stringify({ paymentId: paymentIdOf(1), merchantId, ...cashSale });
  const row = { couponId: 'c1', request, approval: null, date: null, atMs: noonMs, closedAtMs: null };
  insert.run({
    ...row,
    paymentId: paymentIdOf(1),
    state: 'approved',
    approval: JSON.stringify(approval),
    date: approval.businessDate,
    closedAtMs: noonMs + 1,
  });
  insert.run({ ...row, paymentId: paymentIdOf(2), state: 'sent', couponId: 'c2' });
  insert.run({ ...row, paymentId: paymentIdOf(3), state: 'declined', couponId: 'c1', closedAtMs: noonMs + 2 });
}

it('keeps all that the first release wrote, and takes terms from then on', () => {
  writeFirstVersion();
  expect(db.pragma('user_version', { simple: true })).toBe(1);
  migrateJournal(db);
  const reads = prepareReads(db);
  expect(reads.openPayments()).toMatchObject([{ paymentId: paymentIdOf(2), phase: 'sent', requestJws: 'a.b.c' }]);
  expect(reads.couponUses('c1' as never)).toEqual([{ paymentId: paymentIdOf(1), offerId: approval.offerId }]);
  expect(reads.bookedEvents(approval.businessDate)).toHaveLength(1);
  expect(reads.refusedRedemptions(0, 10)).toEqual([]);
  expect(reads.terms()).toBeNull();
  const writes = prepareWrites(db);
  for (const issuedAtMs of [noonMs, noonMs + 1])
    writes.apply({ op: 'store-terms', issued: issuedTerms({ issuedAtMs }) });
  expect(reads.terms()).toEqual(issuedTerms({ issuedAtMs: noonMs + 1 }));
});

it('makes the same tables, whether step by step or at once', () => {
  const tablesOf = (of: Database.Database) =>
    of.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();
  writeFirstVersion();
  migrateJournal(db);
  const fresh = new Database(':memory:');
  migrateJournal(fresh);
  expect(tablesOf(db)).toEqual(tablesOf(fresh));
  migrateJournal(fresh);
  expect(tablesOf(db)).toEqual(tablesOf(fresh));
  fresh.close();
});

it('goes on with a journal of a newer release that says it can, as after a release that was taken back', () => {
  migrateJournal(db);
  const [own, from] = ['user_version', 'application_id'].map((name) => db.pragma(name, { simple: true }) as number);
  expect(from).toBeLessThanOrEqual(own ?? 0);
  db.exec('CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT; ALTER TABLE payments ADD COLUMN later TEXT');
  db.pragma('user_version = 99');
  migrateJournal(db);
  expect(prepareReads(db).openPayments()).toEqual([]);
  prepareWrites(db).apply({ op: 'store-terms', issued: issuedTerms({}) });
  db.pragma('application_id = 98');
  expect(() => migrateJournal(db)).toThrow(ScanPayError);
});

it('leaves a journal of a newer release alone', () => {
  db.pragma('user_version = 99');
  expect(() => migrateJournal(db)).toThrow(ScanPayError);
  expect(db.prepare('SELECT COUNT(*) AS count FROM sqlite_schema').get()).toEqual({ count: 0 });
});
