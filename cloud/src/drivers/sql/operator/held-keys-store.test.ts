import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { operatorMigrations } from './migrations.ts';
import { createOperatorStore } from './operator-store.ts';
import type { OperatorTables } from './tables.ts';

const [a, b, c] = ['box-a', 'box-b', 'box-c'] as [DeviceId, DeviceId, DeviceId];

describe.each(useTestDatabases())('which keys boxes hold, on $name', (database) => {
  let book: TestBook<OperatorTables>;
  let store: ReturnType<typeof createOperatorStore>;
  beforeEach(async () => {
    book = await database.create({ ...ledgerMigrations, ...operatorMigrations });
    store = createOperatorStore(await book.open());
    for (const deviceId of [c, a, b]) {
      const device = { deviceId, merchantId: 'm-1' as MerchantId, kid: 'k-1', x: 'A'.repeat(43) };
      await store.enrolDevice(device, 1);
    }
  });
  afterEach(() => book.remove());

  it('is what each said last, page by page', async () => {
    await store.noteHeldKeys(a, 'old', 2);
    await store.noteHeldKeys(a, 'new', 3);
    await store.noteHeldKeys(a, 'new', 4);
    await store.noteHeldKeys(c, 'old', 2);
    const first = await store.listKeyHolders(null, 2);
    expect(first).toEqual([
      { deviceId: a, keysSha256: 'new' },
      { deviceId: b, keysSha256: null },
    ]);
    expect(await store.listKeyHolders(b, 2)).toEqual([{ deviceId: c, keysSha256: 'old' }]);
  });

  it('is not asked of a box that was revoked', async () => {
    await store.revokeBox(b, 5, 'signed');
    expect((await store.listKeyHolders(null, 10)).map(({ deviceId }) => deviceId)).toEqual([a, c]);
  });
});
