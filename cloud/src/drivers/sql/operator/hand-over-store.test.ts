import type { HandOver } from '@scanpay/shared/api/hand-over.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HandOverRecord } from '../../../ports/hand-over-store.ts';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { operatorMigrations } from './migrations.ts';
import { createOperatorStore } from './operator-store.ts';
import type { OperatorTables } from './tables.ts';

const deviceId = 'box-1' as DeviceId;
const merchantId = 'm-1' as MerchantId;
const handOver: HandOver = {
  v: 1,
  deviceId,
  merchantId,
  technician: '김기사',
  checks: [{ check: 'disk', part: '', outcome: 'ok' }],
  handedOverAtMs: 5,
};
const recordOf = (digest: string, recordedAtMs: number): HandOverRecord => ({
  digest,
  handOverJws: `jws-${digest}`,
  handOver,
  recordedAtMs,
});

describe.each(useTestDatabases())('createHandOverStore on $name', (database) => {
  let testBook: TestBook<OperatorTables>;
  let store: OperatorStore;
  beforeEach(async () => {
    testBook = await database.create({ ...ledgerMigrations, ...operatorMigrations });
    store = createOperatorStore(await testBook.open());
    await store.enrolDevice({ deviceId, merchantId, kid: 'k-1', x: 'x-1' }, 1);
  });
  afterEach(() => testBook.remove());

  it('keeps each slip once, as it was first kept, and lists the newest first', async () => {
    expect(await store.addHandOver(recordOf('a', 10))).toEqual(recordOf('a', 10));
    expect(await store.addHandOver(recordOf('a', 20))).toEqual(recordOf('a', 10));
    await store.addHandOver(recordOf('b', 30));
    expect(await store.listHandOvers(deviceId, 10)).toEqual([recordOf('b', 30), recordOf('a', 10)]);
    expect(await store.listHandOvers(deviceId, 1)).toEqual([recordOf('b', 30)]);
    expect(await store.listHandOvers('box-2' as DeviceId, 10)).toEqual([]);
  });
});
