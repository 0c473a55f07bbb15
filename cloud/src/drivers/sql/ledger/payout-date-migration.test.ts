import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { type Kysely, sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { scopeOf } from '../../../core/settle/line-pages.ts';
import { migrateToLatest } from '../database.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { ledgerMigrations } from './migrations.ts';
import { createSettlementStore } from './settlement-store.ts';
import type { LedgerTables } from './tables.ts';
import { day, paymentId } from './testing/sale-entry.ts';

const payday = '2026-11-24' as BusinessDate;
const box = 'box-1' as DeviceId;

describe.each(useTestDatabases())('a book from before payout dates on $name', (database) => {
  let book: TestBook<LedgerTables>;
  afterEach(() => book.remove());

  it('keeps its statements, and what each of them states', async () => {
    const { '0019-ledger-payout-dates': _, ...before } = ledgerMigrations;
    book = await database.create<LedgerTables>(before);
    const db: Kysely<LedgerTables> = await book.open();
    await sql`insert into ledger_entries (entry_key, kind, payment_id, merchant_id, device_id, tender, charged_won,
      card_fee_won, pg_fee_won, operator_fee_won, merchant_share_won, at_ms, business_date, previous_hash, entry_hash)
      values ('sale/1', 'sale', ${paymentId}, 'm-1', ${box}, 'card', 100, 2, 1, 3, 94, 1, ${day}, '', 'h')`.execute(db);
    for (const [id, hop, receiver, deviceId, paidOn] of [
      ['s-14', 'S14', 'operator', '', null],
      ['s-15', 'S15', 'm-1', box, payday],
    ]) {
      await sql`insert into statements (statement_id, direction, hop, sender, receiver, device_id, business_date,
        payout_date, state, statement_jws, statement_sha256, line_count, charged_won, fee_won, payable_won, paid_won,
        faults_json, paid_told, onward_made, created_at_ms, updated_at_ms) values (${id}, 'sent', ${hop}, 'operator',
        ${receiver}, ${deviceId}, ${day}, ${paidOn}, 'presented', 'jws', 'sha', 1, 100, 6, 94, 0, '[]', 0, 0, 1, 1)`.execute(
        db,
      );
    }
    await migrateToLatest(db, ledgerMigrations);

    const store = createSettlementStore(db);
    const kept = await store.listStatements(day);
    expect(kept.map(({ statementId, coversDate, payoutDate }) => [statementId, coversDate, payoutDate])).toEqual([
      ['s-14', false, null],
      ['s-15', true, payday],
    ]);
    const [, toShop] = kept;
    expect((await store.readEvents(scopeOf(toShop!), null)).events).toMatchObject([{ paymentId }]);
    expect(await store.listTerminalParts(day)).toEqual([
      { deviceId: box, merchantId: 'm-1' as MerchantId, payoutDate: null },
    ]);
    const covering = await store.listCovering(day, { deviceId: box, payoutDate: null });
    expect(covering.map(({ statementId }) => statementId)).toEqual(['s-14', 's-15']);
  });
});
