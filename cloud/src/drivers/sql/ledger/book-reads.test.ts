import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitCharge, won } from '@scanpay/shared/money.ts';
import type { BookedEvent } from '@scanpay/shared/settlement/statement.ts';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePaymentEntry } from '../../../core/settle/ledger.ts';
import type { PaymentEntry } from '../../../ports/ledger.ts';
import type { BookScope, SettlementStore } from '../../../ports/settlement-store.ts';
import { holdingDates } from '../book-locks.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { appendLedgerEntry } from './append-entry.ts';
import { ledgerMigrations } from './migrations.ts';
import { createSettlementStore } from './settlement-store.ts';
import type { LedgerTables } from './tables.ts';

const day = '2026-11-23' as BusinessDate;

describe.each(useTestDatabases())('the book in pages on $name', (database) => {
  let testBook: TestBook<LedgerTables>;
  let db: Kysely<LedgerTables>;
  let store: SettlementStore;
  beforeEach(async () => {
    testBook = await database.create(ledgerMigrations);
    db = await testBook.open();
    store = createSettlementStore(db);
  });
  afterEach(() => testBook.remove());

  const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
  const paymentId = (n: number) => `019ab0c0-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as PaymentId;
  const shop = 'm-1' as MerchantId;
  const till = 'box-till' as DeviceId;
  const bar = 'box-bar' as DeviceId;
  const all = { businessDate: day, terminal: null };

  const nextDay = '2026-11-24' as BusinessDate;
  const payday = '2026-12-01' as BusinessDate;
  type Paid = BusinessDate | null;
  const entryOf = (
    n: number,
    kind: BookedEvent['kind'],
    deviceId = till,
    businessDate = day,
    payoutDate: Paid = nextDay,
  ) => {
    const cancelId = kind === 'cancel' ? (paymentId(100_000 + n) as never) : null;
    const split = splitCharge(won(1_000 + n), rates);
    const subject = { kind, paymentId: paymentId(n), cancelId, merchantId: shop, deviceId, tender: 'card' } as const;
    return makePaymentEntry('operator', { ...subject, split, atMs: 1, businessDate, payoutDate });
  };
  const book = (...entries: PaymentEntry[]) =>
    holdingDates(db, async (trx) => {
      for (const entry of entries) await appendLedgerEntry(trx, entry);
    });
  async function readAll(scope: BookScope) {
    const pages: BookedEvent[][] = [];
    let after: PaymentId | null = null;
    do {
      const page = await store.readEvents(scope, after);
      pages.push(page.events);
      after = page.next;
    } while (after !== null);
    return pages;
  }

  it('comes in the order of payments, each of them whole', { timeout: 60_000 }, async () => {
    // Booked in another order than they are read; the 1,000th event would cut a payment in two.
    const sales = Array.from({ length: 1_200 }, (_, n) => entryOf(1_200 - n, 'sale'));
    await book(...sales, ...[998, 999, 1_000, 1_001].map((n) => entryOf(n, 'cancel')));
    const pages = await readAll(all);
    expect(pages).toHaveLength(2);
    const paymentIds = pages.flat().map((event) => event.paymentId);
    expect(paymentIds).toEqual([...paymentIds].sort());
    expect(paymentIds).toHaveLength(1_204);
    expect(pages[0]?.at(-1)?.paymentId).toBe(paymentId(998));
    expect(pages[0]?.at(-1)?.kind).toBe('cancel');
  });

  it('holds one terminal, date and merchant apart from the others, and finds single payments', async () => {
    const later = '2026-11-24' as BusinessDate;
    await book(entryOf(1, 'sale'), entryOf(2, 'sale', bar), entryOf(3, 'sale', till, later));
    const idsOf = (events: BookedEvent[]) => events.map((event) => event.paymentId);
    expect(idsOf((await readAll(all)).flat())).toEqual([paymentId(1), paymentId(2)]);
    const ofBar = { businessDate: day, terminal: { deviceId: bar, merchantId: shop, payoutDate: nextDay } };
    expect(idsOf((await readAll(ofBar)).flat())).toEqual([paymentId(2)]);
    const otherShop = { deviceId: bar, merchantId: 'm-2' as MerchantId, payoutDate: nextDay };
    expect(await readAll({ businessDate: day, terminal: otherShop })).toEqual([[]]);
    expect(idsOf(await store.findEvents(all, [paymentId(1), paymentId(9)]))).toEqual([paymentId(1)]);
    expect(await store.findEvents(ofBar, [paymentId(1)])).toEqual([]);
    expect(await store.listTerminalParts(day)).toEqual([
      { deviceId: bar, merchantId: shop, payoutDate: nextDay },
      { deviceId: till, merchantId: shop, payoutDate: nextDay },
    ]);
  });

  it('holds what is paid on one date apart from what is paid on another, or has no payout date', async () => {
    const kept = (n: number, payoutDate: Paid) => entryOf(n, 'sale', till, day, payoutDate);
    await book(
      kept(1, nextDay),
      kept(2, payday),
      kept(3, null),
      kept(4, nextDay),
      entryOf(5, 'sale', bar, day, payday),
    );
    const idsOf = async (payoutDate: Paid | 'any') => {
      const scope = { businessDate: day, terminal: { deviceId: till, merchantId: shop, payoutDate } };
      const found = await store.findEvents(scope, [1, 2, 3, 4, 5].map(paymentId));
      expect((await readAll(scope)).flat()).toEqual(found);
      return found.map((event) => event.paymentId);
    };
    expect(await idsOf(nextDay)).toEqual([paymentId(1), paymentId(4)]);
    expect(await idsOf(payday)).toEqual([paymentId(2)]);
    expect(await idsOf(null)).toEqual([paymentId(3)]);
    expect(await idsOf('any')).toEqual([1, 2, 3, 4].map(paymentId));
    const parts = await store.listTerminalParts(day);
    expect(parts.filter(({ deviceId }) => deviceId === bar).map((part) => part.payoutDate)).toEqual([payday]);
    const ofTill = parts.filter(({ deviceId }) => deviceId === till).map((part) => part.payoutDate);
    expect(new Set(ofTill)).toEqual(new Set([nextDay, payday, null]));
    expect(ofTill).toHaveLength(3);
  });
});
