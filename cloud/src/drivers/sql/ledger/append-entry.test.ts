import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, DeviceId, MerchantId, PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitCharge, won } from '@scanpay/shared/money.ts';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePaymentEntry } from '../../../core/settle/ledger.ts';
import type { PaymentEntry, PayoutEntry } from '../../../ports/ledger.ts';
import { chainStart, hashLedgerEntry } from '../../../ports/ledger-chain.ts';
import { createSqliteKysely, migrateToLatest, openSqliteFile } from '../database.ts';
import { appendLedgerEntry } from './append-entry.ts';
import { createBookReader, readChainHead } from './chain.ts';
import { closeBusinessDate, firstOpenBusinessDate, isBusinessDateClosed } from './closed-dates.ts';
import { ledgerMigrations } from './migrations.ts';
import type { LedgerTables } from './tables.ts';

const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const day = '2026-11-23' as BusinessDate;
const paymentId = '019ab0c0-0000-7000-8000-000000000001' as PaymentId;

const sale = makePaymentEntry('operator', {
  kind: 'sale',
  paymentId,
  cancelId: null,
  merchantId: 'm-1' as MerchantId,
  deviceId: 'box-1' as DeviceId,
  tender: 'card',
  split: splitCharge(won(12_345), rates),
  atMs: 1_000,
  businessDate: day,
});

let folder: string;
let db: Kysely<LedgerTables>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scanpay-ledger-'));
  db = createSqliteKysely<LedgerTables>(openSqliteFile(join(folder, 'book.db')));
  await migrateToLatest(db, ledgerMigrations);
});
afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

const append = (entry: Parameters<typeof appendLedgerEntry>[1]) =>
  db.transaction().execute((trx) => appendLedgerEntry(trx, entry));
const countEntries = async () => (await db.selectFrom('ledger_entries').selectAll().execute()).length;

describe('appendLedgerEntry', () => {
  it('stores the split and every posting, in order', async () => {
    await append(sale);
    const [row] = await db.selectFrom('ledger_entries').selectAll().execute();
    expect(row).toMatchObject({ seq: 1, kind: 'sale', payment_id: paymentId, charged_won: 12_345, card_fee_won: 222 });
    expect(row).toMatchObject({
      pg_fee_won: 86,
      operator_fee_won: 617,
      merchant_share_won: 11_420,
      business_date: day,
    });
    const postings = await db.selectFrom('ledger_postings').selectAll().orderBy('position').execute();
    expect(postings.map((each) => [each.account, each.amount_won])).toEqual([
      ['pg-receivable', 12_037],
      ['fee-income', -617],
      ['merchant-payable', -11_420],
    ]);
  });

  it('books the same event once: the second append throws and leaves nothing', async () => {
    await append(sale);
    await expect(append(sale)).rejects.toThrow(/UNIQUE/);
    expect(await countEntries()).toBe(1);
    await append({ ...sale, kind: 'cancel', cancelId: '019ab0c0-0000-7000-8000-000000000002' as CancelId });
    expect(await countEntries()).toBe(2);
  });

  it('refuses an entry that does not balance', async () => {
    await expect(append({ ...sale, postings: sale.postings.slice(1) })).rejects.toMatchObject({ code: 'internal' });
    expect(await countEntries()).toBe(0);
  });

  it('refuses a payment on a closed date, but takes a payout', async () => {
    await db.transaction().execute((trx) => closeBusinessDate(trx, day, 5));
    await expect(append(sale)).rejects.toMatchObject({ code: 'date_closed' });
    const statementId = '019ab0c0-0000-7000-8000-000000000003' as StatementId;
    const payout: PayoutEntry = {
      kind: 'payout',
      statementId,
      merchantId: null,
      atMs: 2,
      businessDate: day,
      postings: [],
    };
    await append(payout);
    expect(await countEntries()).toBe(1);
  });

  it('lets nobody change or remove what was booked', async () => {
    await append(sale);
    for (const table of ['ledger_entries', 'ledger_postings']) {
      await expect(sql`delete from ${sql.table(table)}`.execute(db)).rejects.toThrow(/append-only/);
    }
    await expect(sql`update ledger_entries set charged_won = 1`.execute(db)).rejects.toThrow(/append-only/);
    await expect(sql`update ledger_postings set amount_won = 1`.execute(db)).rejects.toThrow(/append-only/);
  });

  it('rolls back with the transaction it is part of', async () => {
    const failing = db.transaction().execute(async (trx) => {
      await appendLedgerEntry(trx, sale);
      throw new Error('power cut');
    });
    await expect(failing).rejects.toThrow('power cut');
    expect(await countEntries()).toBe(0);
  });
});

describe('closed dates', () => {
  it('skips over closed dates to the first open one', async () => {
    expect(await firstOpenBusinessDate(db, day)).toBe(day);
    for (const date of ['2026-11-23', '2026-11-24', '2026-11-26']) {
      await db.transaction().execute((trx) => closeBusinessDate(trx, date as BusinessDate, 5));
    }
    expect(await firstOpenBusinessDate(db, day)).toBe('2026-11-25');
    expect(await firstOpenBusinessDate(db, '2026-11-26' as BusinessDate)).toBe('2026-11-27');
    expect(await isBusinessDateClosed(db, '2026-11-25' as BusinessDate)).toBe(false);
    expect(await isBusinessDateClosed(db, '2026-11-26' as BusinessDate)).toBe(true);
  });

  it('closing twice keeps the first time', async () => {
    await db.transaction().execute((trx) => closeBusinessDate(trx, day, 5));
    await db.transaction().execute((trx) => closeBusinessDate(trx, day, 9));
    expect(await db.selectFrom('closed_dates').selectAll().execute()).toEqual([
      { business_date: day, closed_at_ms: 5 },
    ]);
  });
});

describe('the chain', () => {
  const cancelId = '019ab0c0-0000-7000-8000-000000000002' as CancelId;

  it('begins with nothing, and each entry names the hash of the one before', async () => {
    expect(await readChainHead(db)).toEqual({ throughSeq: 0, hash: chainStart });
    await append(sale);
    await append({ ...sale, kind: 'cancel', cancelId });
    const [first, second] = await createBookReader(db).readEntries(0, 10);
    expect(first).toMatchObject({ seq: 1, previousHash: chainStart, hash: hashLedgerEntry(chainStart, sale) });
    expect(second).toMatchObject({ seq: 2, previousHash: first?.hash });
    expect(await readChainHead(db)).toEqual({ throughSeq: 2, hash: second?.hash });
  });

  it('gives entries back as they were booked, a page at a time', async () => {
    await append(sale);
    await append({ ...sale, kind: 'cancel', cancelId });
    const reader = createBookReader(db);
    expect((await reader.readEntries(0, 1)).map(({ entry }) => entry)).toEqual([sale]);
    expect((await reader.readEntries(1, 9)).map(({ entry }) => entry)).toEqual([{ ...sale, kind: 'cancel', cancelId }]);
    expect(await reader.readEntries(2, 9)).toEqual([]);
  });

  it('does not branch: two entries after the same one are refused', async () => {
    await append(sale);
    const branch = sql`insert into ledger_entries select 2, 'other', kind, payment_id, cancel_id, statement_id,
      transfer_id, merchant_id, device_id, tender, charged_won, card_fee_won, pg_fee_won, operator_fee_won, merchant_share_won, at_ms,
      business_date, previous_hash, 'other' from ledger_entries`;
    await expect(branch.execute(db)).rejects.toThrow(/UNIQUE.*previous_hash/);
  });

  it('hashes every member', () => {
    const changes: Partial<PaymentEntry>[] = [
      { kind: 'reversal' },
      { paymentId: '019ab0c0-0000-7000-8000-000000000009' as PaymentId },
      { cancelId },
      { merchantId: null },
      { deviceId: 'box-2' as DeviceId },
      { tender: 'cash' },
      { split: { ...sale.split, pgFeeWon: won(87), merchantShareWon: won(11_419) } },
      { atMs: 1_001 },
      { businessDate: '2026-11-24' as BusinessDate },
      { postings: [...sale.postings].reverse() },
    ];
    const hashes = changes.map((change) => hashLedgerEntry(chainStart, { ...sale, ...change }));
    const all = [hashLedgerEntry(chainStart, sale), hashLedgerEntry('before', sale), ...hashes];
    expect(new Set(all).size).toBe(all.length);
  });
});
