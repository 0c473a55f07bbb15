import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, StatementId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MerchantDebts } from '../../../ports/merchant-debts.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { appendLedgerEntry } from './append-entry.ts';
import { createMerchantDebts } from './merchant-debts.ts';
import { ledgerMigrations } from './migrations.ts';
import type { LedgerTables } from './tables.ts';

const [shop, other] = ['m-1', 'm-2'] as [MerchantId, MerchantId];
const dayOf = (day: number) => `2026-11-${String(day).padStart(2, '0')}` as BusinessDate;

describe.each(useTestDatabases())('createMerchantDebts on $name', (database) => {
  let testBook: TestBook<LedgerTables>;
  let db: Kysely<LedgerTables>;
  let debts: MerchantDebts;
  let count = 0;
  beforeEach(async () => {
    testBook = await database.create(ledgerMigrations);
    db = await testBook.open();
    debts = createMerchantDebts(db);
  });
  afterEach(() => testBook.remove());

  /** A statement is cleared: so much is then due to the merchant; negative: owed by it. */
  const clear = async (day: number, dueWon: number, merchantId = shop): Promise<void> => {
    count += 1;
    const statementId = `019ab0c2-0000-7000-8000-${String(count).padStart(12, '0')}` as StatementId;
    await db.transaction().execute((trx) =>
      appendLedgerEntry(trx, {
        ...{ kind: 'payout', statementId, merchantId, atMs: count, businessDate: dayOf(day) },
        postings: [
          { account: 'merchant-payable', amountWon: won(dueWon) },
          { account: 'merchant-settlement', amountWon: won(-dueWon) },
        ],
      }),
    );
  };

  it('knows no debt where nothing was booked, or all was paid', async () => {
    expect(await debts.findDebt(shop)).toBeNull();
    await clear(1, -500);
    await clear(2, 500);
    expect(await debts.findDebt(shop)).toBeNull();
    await clear(3, 700);
    expect(await debts.findDebt(shop)).toBeNull();
  });

  it('counts from the first day of a debt that goes on, however it grows and falls', async () => {
    await clear(1, 300);
    await clear(3, -800);
    await clear(5, -200);
    await clear(7, 600);
    await clear(7, -50_000, other);
    expect(await debts.findDebt(shop)).toEqual({ sinceDate: dayOf(3), owedWon: 100 });
    expect(await debts.findDebt(other)).toEqual({ sinceDate: dayOf(7), owedWon: 50_000 });
  });

  it('counts anew once it was paid down at the end of a day, not within one', async () => {
    await clear(1, -500);
    // One payout run: what it owes is netted with both at once.
    await clear(2, 600);
    await clear(2, -300);
    expect(await debts.findDebt(shop)).toEqual({ sinceDate: dayOf(1), owedWon: 200 });
    await clear(4, 200);
    await clear(9, -10);
    expect(await debts.findDebt(shop)).toEqual({ sinceDate: dayOf(9), owedWon: 10 });
  });
});
