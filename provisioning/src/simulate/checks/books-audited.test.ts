import { makePaymentEntry } from '@scanpay/cloud/core/settle/ledger.ts';
import { createSqliteKysely, migrateToLatest } from '@scanpay/cloud/drivers/sql/database.ts';
import { appendLedgerEntry } from '@scanpay/cloud/drivers/sql/ledger/append-entry.ts';
import { createDateCloser } from '@scanpay/cloud/drivers/sql/ledger/closed-dates.ts';
import { ledgerMigrations } from '@scanpay/cloud/drivers/sql/ledger/migrations.ts';
import type { LedgerTables } from '@scanpay/cloud/drivers/sql/ledger/tables.ts';
import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import { splitCharge, won } from '@scanpay/shared/money.ts';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { rates } from '../cloud/cast.ts';
import { booksAudited } from './books-audited.ts';
import { createDossiers } from './dossiers.ts';
import { paymentId } from './testing/hold.ts';

const businessDate = '2026-11-23' as BusinessDate;

/** Two sales, as the company books them; its raw connection to change them with. */
async function createBook(company: Company): Promise<Database.Database> {
  const connection = new Database(':memory:');
  const db = createSqliteKysely<LedgerTables>(connection);
  await migrateToLatest(db, ledgerMigrations);
  for (const id of [paymentId, paymentId.replace(/1$/, '2') as PaymentId]) {
    const sale = makePaymentEntry(company, {
      ...{
        kind: 'sale',
        paymentId: id,
        cancelId: null,
        payoutDate: null,
        merchantId: 'm-1' as MerchantId,
        deviceId: null,
        tender: 'card',
      },
      ...{ split: splitCharge(won(12_345), rates), atMs: 1_000, businessDate },
    });
    await db.transaction().execute((trx) => appendLedgerEntry(trx, sale));
  }
  return connection;
}

async function auditWith(change: (pg: Database.Database) => unknown): Promise<string[]> {
  const books = { card: await createBook('card'), pg: await createBook('pg'), operator: await createBook('operator') };
  await change(books.pg);
  const reports: string[] = [];
  const world = { books, journals: new Map(), lies: [], changes: [], dossiers: createDossiers() };
  await booksAudited.audit?.(world, (_paymentId, detail) => reports.push(detail));
  return reports;
}

it('has nothing to say of books that nobody touched', async () => {
  expect(await auditWith(() => undefined)).toEqual([]);
});

/** As somebody would who owns the machine: the triggers that keep the ledger append-only are gone. */
const tamper = (sql: string) => (pg: Database.Database) => {
  const triggers = pg.prepare<[], { name: string }>(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).all();
  for (const { name } of triggers) pg.exec(`DROP TRIGGER ${name}`);
  pg.exec(sql);
};

it('finds an entry that was changed, and one that was taken out', async () => {
  const [changed] = await auditWith(tamper('UPDATE ledger_entries SET at_ms = 999 WHERE seq = 1'));
  expect(changed).toMatch(/audit of pg .*altered/);
  const [gone] = await auditWith(
    tamper('DELETE FROM ledger_postings WHERE entry_seq = 1; DELETE FROM ledger_entries WHERE seq = 1'),
  );
  expect(gone).toMatch(/audit of pg .*chain-broken/);
});

it('finds a closed date that nobody sealed', async () => {
  const reports = await auditWith((pg) =>
    createDateCloser(createSqliteKysely<LedgerTables>(pg), async () => 0)(businessDate, 2_000),
  );
  expect(reports).toEqual(['pg has closed 1 dates and sealed 0']);
});
