import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CancelId, CouponId, PaymentId, RegistrationId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import Database from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginCancel, endCancel } from '../../../core/approve/pg-cancel.ts';
import { makePayment, makeTombstone, stepPayment } from '../../../core/approve/pg-payment.ts';
import * as fixtures from '../../../core/approve/testing/pg-fixtures.ts';
import type { PgStore } from '../../../ports/pg-store.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from '../testing/temporary-database.ts';
import { pgMigrations } from './migrations.ts';
import { createPgStore } from './pg-store.ts';
import type { PgTables } from './tables.ts';

const { approval, cardOrder, cashOrder, nowMs, paymentId, registration, today, tomorrow } = fixtures;
const nothing = { entry: null, openDate: null };
const cancelId = '019ab0c0-0000-7000-8000-00000000000c' as CancelId;
const cancelBody = { cancelId, paymentId, amountWon: won(12_300), businessDate: today };

let files: TemporaryDatabase<PgTables>;
let db: Kysely<PgTables>;
let store: PgStore;

beforeEach(async () => {
  files = createTemporaryDatabase({ ...ledgerMigrations, ...pgMigrations });
  db = await files.open();
  store = createPgStore(db);
});
afterEach(() => files.remove());

const bookedKinds = async () => (await db.selectFrom('ledger_entries').select('kind').execute()).map((row) => row.kind);

/** A pseudo-random card box whose bytes are found nowhere else. */
function boxOf(index: number): Uint8Array {
  const hash = (part: number) => createHash('sha256').update(`${index}/${part}`).digest();
  return Buffer.concat([hash(0), hash(1)]).subarray(0, 58);
}
const numbered = (index: number) => ({
  ...registration,
  state: 'stored' as const,
  registrationId: `019ab0c0-0000-7000-8000-${String(index).padStart(12, '0')}` as RegistrationId,
  // As in life, ids that follow each other in time do not in order.
  couponId: createHash('sha256').update(`coupon ${index}`).digest('hex').slice(0, 16) as CouponId,
});
const held = (index: number, deleteAtMs = nowMs + 1_000) => ({
  couponId: numbered(index).couponId,
  cardBox: boxOf(index),
  cardFingerprint: `fingerprint-${index}`,
  deleteAtMs,
});
const deletion = (index: number, recordJws = 'record') => ({
  couponId: numbered(index).couponId,
  recordJws,
  deletedAtMs: nowMs,
});

describe('registrations', () => {
  it('come back as they went in, after the file was closed', async () => {
    expect(await store.addRegistration(numbered(1), held(1))).toBe(true);
    await db.destroy();
    store = createPgStore(await files.open());
    expect(await store.findRegistration(numbered(1).registrationId)).toEqual(numbered(1));
    expect(await store.findRegistrationByCoupon(numbered(1).couponId)).toEqual(numbered(1));
    expect(await store.findHeldCardBox(numbered(1).couponId)).toEqual(held(1));
  });

  it('are written once per id, with their card box or not at all', async () => {
    await store.addRegistration(numbered(1), held(1));
    const other = { ...numbered(1), couponId: numbered(2).couponId, name: '다른 사람' };
    expect(await store.addRegistration(other, held(2))).toBe(false);
    expect(await store.findHeldCardBox(numbered(2).couponId)).toBeUndefined();
    await expect(store.addRegistration({ ...numbered(3), couponId: numbered(1).couponId }, held(3))).rejects.toThrow();
    expect(await store.findRegistration(numbered(3).registrationId)).toBeUndefined();
  });

  it('lists what waits for the operator, and never leads back from sent', async () => {
    for (const index of [1, 2, 3]) await store.addRegistration(numbered(index), held(index));
    await store.setRegistrationState(numbered(1).registrationId, 'sent');
    await store.setRegistrationState(numbered(1).registrationId, 'handed-over');
    await store.setRegistrationState(numbered(2).registrationId, 'handed-over');
    expect(await store.findRegistration(numbered(1).registrationId)).toMatchObject({ state: 'sent' });
    const ids = [numbered(2).registrationId, numbered(3).registrationId];
    expect((await store.listUnsentRegistrations(10)).sort()).toEqual(ids);
    await store.deleteCardBox(deletion(2), null);
    expect(await store.listUnsentRegistrations(10)).toEqual([numbered(3).registrationId]);
  });

  it('lists card boxes past their time', async () => {
    await store.addRegistration(numbered(1), held(1, nowMs));
    await store.addRegistration(numbered(2), held(2, nowMs + 1));
    expect(await store.listOverdueCardBoxes(nowMs, 10)).toEqual([numbered(1).couponId]);
  });

  it('keeps the first deletion record and moves the registration on', async () => {
    await store.addRegistration(numbered(1), held(1));
    expect(await store.deleteCardBox(deletion(1, 'first'), 'handed-over')).toMatchObject({ recordJws: 'first' });
    expect(await store.deleteCardBox(deletion(1, 'second'), null)).toMatchObject({ recordJws: 'first' });
    expect(await store.findCardDeletion(numbered(1).couponId)).toEqual(deletion(1, 'first'));
    expect(await store.findHeldCardBox(numbered(1).couponId)).toBeUndefined();
    expect(await store.findRegistration(numbered(1).registrationId)).toMatchObject({ state: 'handed-over' });
  });
});

describe('eraseDeletedCardBoxes', () => {
  /** Whether the box's bytes, or its text, are in any of the database's files. */
  function findBox(index: number): string[] {
    const box = Buffer.from(boxOf(index));
    const needles = [box, Buffer.from(box.toString('base64url')), Buffer.from(`fingerprint-${index}`)];
    return readdirSync(files.folder).filter((name) => {
      const bytes = readFileSync(join(files.folder, name));
      return needles.some((each) => bytes.includes(each));
    });
  }

  it('leaves nothing of a deleted box in any file', async () => {
    await store.addRegistration(numbered(1), held(1));
    expect(findBox(1)).not.toEqual([]);
    await store.deleteCardBox(deletion(1), null);
    expect(findBox(1)).not.toEqual([]);
    expect(await store.eraseDeletedCardBoxes()).toBe(true);
    expect(findBox(1)).toEqual([]);
  });

  it('leaves nothing among many, whatever pages were moved about meanwhile', { timeout: 60_000 }, async () => {
    // What is written where does not depend on how often the disk is waited for.
    await sql`pragma synchronous = off`.execute(db);
    const indexes = Array.from({ length: 300 }, (_, index) => index);
    const isDeletedSoon = (index: number) => index % 10 < 3;
    const isKept = (index: number) => index % 10 === 9;
    for (const index of indexes) {
      await store.addRegistration(numbered(index), held(index));
      // Some pages go through the file more than once, with other rows in them each time.
      if (index % 60 === 0) await store.eraseDeletedCardBoxes();
      const earlier = index - (index % 50);
      if (isDeletedSoon(earlier)) await store.deleteCardBox(deletion(earlier), null);
    }
    for (const index of indexes) if (!isKept(index)) await store.deleteCardBox(deletion(index), null);
    expect(await store.eraseDeletedCardBoxes()).toBe(true);
    const bytes = Buffer.concat(readdirSync(files.folder).map((name) => readFileSync(join(files.folder, name))));
    const found = indexes.filter((index) => bytes.includes(Buffer.from(boxOf(index)).toString('base64url')));
    expect(found).toEqual(indexes.filter(isKept));
  });

  it('says when a reader of the file is in the way, without waiting for it', async () => {
    await store.addRegistration(numbered(1), held(1));
    const reader = new Database(join(files.folder, 'book.db'), { readonly: true });
    reader.exec('begin');
    reader.prepare('select count(*) from pg_card_boxes').get();
    await store.deleteCardBox(deletion(1), null);
    expect(await store.eraseDeletedCardBoxes()).toBe(false);
    reader.close();
    expect(await store.eraseDeletedCardBoxes()).toBe(true);
    expect(findBox(1)).toEqual([]);
  });
});

describe('payments', () => {
  const authorising = makePayment(paymentId, cardOrder, 'hash', { state: 'authorising' });
  const approve = () => {
    const step = stepPayment(authorising.payment, { kind: 'card-approved', approval });
    if (step === undefined) throw new Error('no step');
    return step;
  };

  it('are written once, and only over the version they were made from', async () => {
    expect(await store.addPayment(authorising.payment, authorising.booking, nowMs)).toBe(true);
    expect(await store.addPayment(authorising.payment, authorising.booking, nowMs)).toBe(false);
    const { payment, booking } = approve();
    expect(await store.savePayment(payment, booking, nowMs)).toBe(true);
    expect(await store.savePayment(payment, booking, nowMs)).toBe(false);
    expect(await bookedKinds()).toEqual(['sale']);
    await db.destroy();
    store = createPgStore(await files.open());
    expect(await store.findPayment(paymentId)).toEqual(payment);
  });

  it('keep a tombstone as one', async () => {
    const tombstone = makeTombstone(paymentId);
    await store.addPayment(tombstone, nothing, nowMs);
    expect(await store.findPayment(paymentId)).toEqual(tombstone);
  });

  it('are not begun, booked or changed on a closed date', async () => {
    await store.addPayment(authorising.payment, authorising.booking, nowMs);
    expect(await store.closeBusinessDate(today, nowMs)).toMatchObject({ ok: false, code: 'date_open_payments' });
    const step = approve();
    await store.savePayment(step.payment, step.booking, nowMs);
    expect(await store.closeBusinessDate(today, nowMs)).toEqual({ ok: true, value: undefined });
    expect(await store.closeBusinessDate(today, nowMs)).toEqual({ ok: true, value: undefined });

    const other = '019ab0c0-0000-7000-8000-00000000000b' as PaymentId;
    const late = makePayment(other, cashOrder, 'hash', { state: 'approved', approval });
    await expect(store.addPayment(late.payment, late.booking, nowMs)).rejects.toMatchObject({ code: 'date_closed' });
    expect(await store.findPayment(other)).toBeUndefined();
    const reversal = stepPayment(step.payment, { kind: 'reversal-asked', businessDate: today, atMs: nowMs });
    if (reversal === undefined) throw new Error('no step');
    const saving = store.savePayment(reversal.payment, reversal.booking, nowMs);
    await expect(saving).rejects.toMatchObject({ code: 'date_closed' });
    expect(await store.findPayment(paymentId)).toEqual(step.payment);
  });

  it('hold the date open under which their reversal will be booked', async () => {
    const step = makePayment(paymentId, cardOrder, 'hash', { state: 'approved', approval });
    await store.addPayment(step.payment, step.booking, nowMs);
    const asked = stepPayment(step.payment, { kind: 'reversal-asked', businessDate: tomorrow, atMs: nowMs });
    if (asked === undefined) throw new Error('no step');
    await store.savePayment(asked.payment, asked.booking, nowMs);
    expect(await store.closeBusinessDate(tomorrow, nowMs)).toMatchObject({ code: 'date_open_payments' });
    expect(await store.listUnresolvedPayments(10)).toEqual([paymentId]);
    const done = stepPayment(asked.payment, { kind: 'reversal-acknowledged', atMs: nowMs });
    if (done === undefined) throw new Error('no step');
    await store.savePayment(done.payment, done.booking, nowMs);
    expect(await store.listUnresolvedPayments(10)).toEqual([]);
    expect(await store.closeBusinessDate(tomorrow, nowMs)).toMatchObject({ ok: true });
    expect(await bookedKinds()).toEqual(['sale', 'reversal']);
  });
});

describe('cancels', () => {
  const sale = makePayment(paymentId, cardOrder, 'hash', { state: 'approved', approval });

  it('hold the payment, and let it go when declined', async () => {
    await store.addPayment(sale.payment, sale.booking, nowMs);
    const begun = beginCancel(sale.payment, cancelBody, nowMs);
    expect(await store.addCancel(begun.cancel, begun.payment, begun.booking, nowMs)).toBe(true);
    expect(await store.addCancel(begun.cancel, begun.payment, begun.booking, nowMs)).toBe(false);
    expect(await store.findCancel(cancelId)).toEqual(begun.cancel);
    expect(await store.findPayment(paymentId)).toMatchObject({ cancelId, version: 2 });
    expect(await store.listUnresolvedCancels(10)).toEqual([cancelId]);
    expect(await store.closeBusinessDate(today, nowMs)).toMatchObject({ code: 'date_open_payments' });

    const held = begun.payment ?? sale.payment;
    const ended = endCancel(begun.cancel, held, { outcome: 'declined', code: 'refund_limit' });
    expect(await store.finishCancel(ended.cancel, ended.payment, ended.booking, nowMs)).toBe(true);
    expect(await store.finishCancel(ended.cancel, ended.payment, ended.booking, nowMs)).toBe(false);
    expect(await store.findPayment(paymentId)).toMatchObject({ cancelId: null, version: 3 });
    expect(await store.listUnresolvedCancels(10)).toEqual([]);
    expect(await bookedKinds()).toEqual(['sale']);
  });

  it('are booked with their end', async () => {
    await store.addPayment(sale.payment, sale.booking, nowMs);
    const begun = beginCancel(sale.payment, cancelBody, nowMs);
    await store.addCancel(begun.cancel, begun.payment, begun.booking, nowMs);
    const held = begun.payment ?? sale.payment;
    const ended = endCancel(begun.cancel, held, { outcome: 'cancelled', cancelledAtMs: nowMs });
    await store.finishCancel(ended.cancel, ended.payment, ended.booking, nowMs);
    expect(await bookedKinds()).toEqual(['sale', 'cancel']);
    expect(await store.findPayment(paymentId)).toMatchObject({
      state: 'approved',
      cancelId: null,
      refunded: { refundedWon: 12_300, refundCount: 1 },
    });
  });

  it('leave no trace when the payment has moved on', async () => {
    await store.addPayment(sale.payment, sale.booking, nowMs);
    const begun = beginCancel(sale.payment, cancelBody, nowMs);
    const asked = stepPayment(sale.payment, { kind: 'reversal-asked', businessDate: today, atMs: nowMs });
    if (asked === undefined) throw new Error('no step');
    await store.savePayment(asked.payment, asked.booking, nowMs);
    expect(await store.addCancel(begun.cancel, begun.payment, begun.booking, nowMs)).toBe(false);
    expect(await store.findCancel(cancelId)).toBeUndefined();
  });
});
