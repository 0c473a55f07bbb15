import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import { basisPoints } from '@scanpay/shared/money.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractOf, feeOf } from '../../core/contract/testing/contracts.ts';
import { ledgerMigrations } from '../../drivers/sql/ledger/migrations.ts';
import { operatorMigrations } from '../../drivers/sql/operator/migrations.ts';
import { createOperatorStore } from '../../drivers/sql/operator/operator-store.ts';
import type { OperatorTables } from '../../drivers/sql/operator/tables.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from '../../drivers/sql/testing/temporary-database.ts';
import type { OperatorStore } from '../../ports/operator-store.ts';
import { type ContractDesk, createContractDesk } from './contract-desk.ts';

const shop = 'm-1' as MerchantId;
const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const first = contractOf(shop, rates);
const second = { ...first, version: 2, validFrom: '2026-12-01' as BusinessDate };

let database: TemporaryDatabase<OperatorTables>;
let store: OperatorStore;
let desk: ContractDesk;
beforeEach(async () => {
  database = createTemporaryDatabase({ ...ledgerMigrations, ...operatorMigrations });
  store = createOperatorStore(await database.open());
  desk = createContractDesk({ store, clock: { nowMs: () => Date.parse('2026-11-23T12:00:00+09:00') } });
});
afterEach(() => database.remove());

const kept = async () => (await store.listContracts(shop)).map(({ contract }) => contract);

describe('the seeds of contracts', () => {
  it('may have begun long ago, and are entered once, also by two processes at a time', async () => {
    await Promise.all([desk.seed([first, second]), desk.seed([first, second])]);
    await desk.seed([first, second]);
    expect(await kept()).toEqual([first, second]);
  });

  it('join those that the staff entered since', async () => {
    await desk.seed([first]);
    const { merchantId: _merchant, version: _version, ...draft } = second;
    expect(await desk.enter(shop, draft)).toMatchObject({ ok: true, value: { contract: second } });
    await desk.seed([first]);
    expect(await kept()).toEqual([first, second]);
  });

  it.each([
    ['a version on record with other terms', { ...first, operatorFee: feeOf(400) }],
    ['a version on the first day of another', { ...first, version: 2 }],
  ])('stop the start with %s', async (_what, seed) => {
    await desk.seed([first]);
    await expect(desk.seed([seed])).rejects.toMatchObject({ code: 'configuration' });
    expect(await kept()).toEqual([first]);
  });
});
