import { sumWon, won } from '@scanpay/shared/money.ts';
import { splitRefundTax, splitTax } from '@scanpay/shared/tax/tax.ts';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrateToLatest } from '../database.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { operatorMigrations } from './migrations.ts';
import type { OperatorTables } from './tables.ts';

const all = { ...ledgerMigrations, ...operatorMigrations };
const { '0024-operator-tax': _tax, ...former } = all;

describe.each(useTestDatabases())('payments of before they were taxed on $name', (database) => {
  let book: TestBook<OperatorTables>;
  let db: Kysely<OperatorTables>;
  beforeEach(async () => {
    book = await database.create(former);
    db = await book.open();
  });
  afterEach(() => book.remove());

  async function addPayment(id: string, chargedWon: number | null): Promise<void> {
    const [state, held, offer] = chargedWon === null ? ['declined', 0, null] : ['approved', 1, 'o-1'];
    await sql`insert into operator_payments (payment_id, device_id, merchant_id, state, tender, list_amount_won,
      request_jws, result_jws, offer_id, charged_won, business_date, booked, entitlement_held, tombstone, created_at_ms,
      updated_at_ms) values (${id}, 'box-1', 'm-1', ${state}, 'card', 50000, 'j', 'r', ${offer}, ${chargedWon},
      '2026-11-23', 1, ${held}, 0, 1, 1)`.execute(db);
  }
  async function addCancel(id: string, of: string, amountWon: number, state = 'cancelled'): Promise<void> {
    await sql`insert into operator_cancels (cancel_id, payment_id, device_id, amount_won, business_date, request_jws,
      state, result_jws, created_at_ms, updated_at_ms) values (${id}, ${of}, 'box-1', ${amountWon}, '2026-11-23', 'j',
      ${state}, 'r', 1, 1)`.execute(db);
  }
  const partsOf = ({ supplyWon, vatWon, taxFreeWon }: ReturnType<typeof splitTax>) => ({
    supply_won: supplyWon,
    vat_won: vatWon,
    tax_free_won: taxFreeWon,
  });

  it('are what their slips said', async () => {
    await addPayment('p-1', 12_345);
    await addPayment('p-2', null);
    await migrateToLatest(db, all);
    const columns = ['taxation', 'vat_type', 'supply_won', 'vat_won', 'tax_free_won'] as const;
    const rows = await db.selectFrom('operator_payments').select(columns).orderBy('payment_id').execute();
    const untold = { taxation: null, vat_type: null, supply_won: null, vat_won: null, tax_free_won: null };
    const told = { taxation: 'taxable', vat_type: 'general', ...partsOf(splitTax(won(12_345), {})) };
    expect(rows).toEqual([told, untold]);
  });

  it('have given back just so much of it, refund by refund', async () => {
    await addPayment('p-1', 12_345);
    await addPayment('p-2', 99);
    await addCancel('c-3', 'p-1', 2_341);
    await addCancel('c-1', 'p-1', 10_003);
    await addCancel('c-2', 'p-1', 1);
    await addCancel('c-4', 'p-1', 77, 'declined');
    await addCancel('c-5', 'p-2', 99);
    await migrateToLatest(db, all);
    const columns = ['supply_won', 'vat_won', 'tax_free_won'] as const;
    const rows = await db.selectFrom('operator_cancels').select(columns).orderBy('cancel_id').execute();
    const refund = (before: number, amount: number) => partsOf(splitRefundTax({}, won(before), won(amount)));
    const nothing = { supply_won: null, vat_won: null, tax_free_won: null };
    expect(rows).toEqual([refund(0, 10_003), refund(10_003, 1), refund(10_004, 2_341), nothing, refund(0, 99)]);
    expect(sumWon(rows.slice(0, 3).map(({ vat_won }) => vat_won ?? won(0)))).toBe(splitTax(won(12_345), {}).vatWon);
  });
});
