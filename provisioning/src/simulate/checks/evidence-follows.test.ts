import { makePaymentEntry } from '@scanpay/cloud/core/settle/ledger.ts';
import { cardMigrations } from '@scanpay/cloud/drivers/sql/card/migrations.ts';
import { createSqliteKysely, migrateToLatest } from '@scanpay/cloud/drivers/sql/database.ts';
import { appendLedgerEntry } from '@scanpay/cloud/drivers/sql/ledger/append-entry.ts';
import { ledgerMigrations } from '@scanpay/cloud/drivers/sql/ledger/migrations.ts';
import type { LedgerTables } from '@scanpay/cloud/drivers/sql/ledger/tables.ts';
import { operatorMigrations } from '@scanpay/cloud/drivers/sql/operator/migrations.ts';
import { pgMigrations } from '@scanpay/cloud/drivers/sql/pg/migrations.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { splitCharge, won } from '@scanpay/shared/money.ts';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { rates } from '../cloud/cast.ts';
import { createDossiers } from './dossiers.ts';
import { evidenceFollows } from './evidence-follows.ts';
import { paymentId } from './testing/hold.ts';

async function openBook(migrations: Parameters<typeof migrateToLatest>[1]): Promise<Database.Database> {
  const connection = new Database(':memory:');
  await migrateToLatest(createSqliteKysely(connection), { ...ledgerMigrations, ...migrations });
  return connection;
}

it('finds an entry for which nobody has signed', async () => {
  const books = {
    card: await openBook(cardMigrations),
    pg: await openBook(pgMigrations),
    operator: await openBook(operatorMigrations),
  };
  const reports: string[] = [];
  const world = { books, journals: new Map(), lies: [], changes: [], dossiers: createDossiers() };
  const audit = () => evidenceFollows.audit?.(world, (_paymentId, detail) => reports.push(detail));
  await audit();
  expect(reports).toEqual([]);
  const sale = makePaymentEntry('card', {
    ...{
      kind: 'sale',
      paymentId,
      cancelId: null,
      payoutDate: null,
      merchantId: null,
      deviceId: null,
      tender: 'card',
      atMs: 1_000,
    },
    ...{ split: splitCharge(won(12_345), rates), businessDate: '2026-11-23' as BusinessDate },
  });
  const db = createSqliteKysely<LedgerTables>(books.card);
  await db.transaction().execute((trx) => appendLedgerEntry(trx, sale));
  await audit();
  expect(reports[0]).toMatch(/evidence: .*"company":"card".*"reason":"entry-unproven"/);
});
