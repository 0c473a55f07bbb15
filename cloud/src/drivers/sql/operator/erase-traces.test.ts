import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuthNumber, CouponId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from '../testing/temporary-database.ts';
import { operatorMigrations } from './migrations.ts';
import { createOperatorStore } from './operator-store.ts';
import type { OperatorTables } from './tables.ts';
import { bodyOf } from './testing/operator-fixtures.ts';

let database: TemporaryDatabase<OperatorTables>;
let store: OperatorStore;
beforeEach(async () => {
  database = createTemporaryDatabase({ ...ledgerMigrations, ...operatorMigrations });
  store = createOperatorStore(await database.open());
});
afterEach(() => database.remove());

describe('eraseTraces', () => {
  /** Enough coupons at once that their rows move between pages. */
  it('leaves no byte of hundreds of card boxes and barcodes that came and went in any order', async () => {
    const coupons = Array.from({ length: 300 }, (_, at) => ({
      id: randomBytes(8).toString('hex') as CouponId,
      cardBox: `CARDBOX${String(at).padStart(4, '0')}${randomBytes(60).toString('base64url')}`,
      barcode: `SP1:BARCODE${String(at).padStart(4, '0')}${randomBytes(140).toString('hex')}`,
    }));
    const deletion = { company: 'operator', recordJws: 'r', atMs: 1 } as const;
    for (const { id, cardBox } of coupons) await store.putPreRegistration(bodyOf(id, cardBox), 'h', 1);
    expect(await store.eraseTraces()).toBe(true);
    for (const [at, { id, barcode }] of coupons.entries()) {
      await store.sealCoupon(id, barcode, String(at).padStart(12, '0') as AuthNumber, 1);
      await store.recordDeletions(id, [{ ...deletion, subject: 'card' }]);
      const earlier = at % 3 === 0 ? undefined : coupons[at - 1];
      if (earlier !== undefined) await store.markSent(earlier.id, { ...deletion, subject: 'barcode' }, 1);
    }
    for (const id of await store.listUnsent(1_000)) await store.markSent(id, { ...deletion, subject: 'barcode' }, 1);
    expect(await store.eraseTraces()).toBe(true);
    const files = readdirSync(database.folder).map((name) => readFileSync(join(database.folder, name)));
    expect(files.some((bytes) => bytes.includes(coupons[0]!.id))).toBe(true);
    for (const bytes of files) {
      expect(bytes.includes('CARDBOX')).toBe(false);
      expect(bytes.includes('SP1:BARCODE')).toBe(false);
    }
  });
});
