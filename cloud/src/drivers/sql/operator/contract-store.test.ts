import type { MerchantId } from '@scanpay/shared/ids.ts';
import { basisPoints } from '@scanpay/shared/money.ts';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractOf } from '../../../core/contract/testing/contracts.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { createContractStore } from './contract-store.ts';
import { operatorMigrations } from './migrations.ts';
import type { OperatorTables } from './tables.ts';

const shop = 'm-1' as MerchantId;
const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const entry = (version: number, merchantId = shop) => ({
  contract: contractOf(merchantId, rates, { version, discount: { kind: 'percent', bps: 500 } }),
  digest: `digest ${version}`,
  enteredAtMs: 10 + version,
});

describe.each(useTestDatabases())('the store of contracts on $name', (database) => {
  let book: TestBook<OperatorTables>;
  let db: Kysely<OperatorTables>;
  let store: ReturnType<typeof createContractStore>;
  beforeEach(async () => {
    book = await database.create({ ...ledgerMigrations, ...operatorMigrations });
    db = await book.open();
    store = createContractStore(db);
  });
  afterEach(() => book.remove());

  it("gives a merchant's versions back as they were entered, in order of their numbers", async () => {
    for (const each of [entry(10), entry(9), entry(1, 'm-2' as MerchantId)]) {
      expect(await store.addContract(each)).toBe(true);
    }
    expect(await store.listContracts(shop)).toEqual([entry(9), entry(10)]);
    expect(await store.listContracts('m-3' as MerchantId)).toEqual([]);
  });

  it('takes a number once, and keeps what was there', async () => {
    await store.addContract(entry(1));
    expect(await store.addContract({ ...entry(1), digest: 'another' })).toBe(false);
    expect(await store.listContracts(shop)).toEqual([entry(1)]);
  });

  it('lets nobody change or delete a version', async () => {
    await store.addContract(entry(1));
    const change = db.updateTable('operator_contracts').set({ digest: 'another' }).execute();
    await expect(change).rejects.toThrow('append-only');
    await expect(db.deleteFrom('operator_contracts').execute()).rejects.toThrow('append-only');
    expect(await store.listContracts(shop)).toEqual([entry(1)]);
  });
});
