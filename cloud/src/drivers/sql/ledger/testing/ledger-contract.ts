import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PayoutEntry } from '../../../../ports/ledger.ts';
import { chainStart, hashLedgerEntry } from '../../../../ports/ledger-chain.ts';
import { closingDates, holdingDates } from '../../book-locks.ts';
import type { TestBook, TestDatabase } from '../../testing/test-databases.ts';
import { appendLedgerEntry } from '../append-entry.ts';
import { createBookReader, readChainHead } from '../chain.ts';
import { closeBusinessDate, createDateCloser, firstOpenBusinessDate, isBusinessDateClosed } from '../closed-dates.ts';
import { ledgerMigrations } from '../migrations.ts';
import type { LedgerTables } from '../tables.ts';
import { day, paymentId, sale } from './sale-entry.ts';

/** What every company's ledger must do. */
export function describeLedger(database: TestDatabase): void {
  let book: TestBook<LedgerTables>;
  let db: Kysely<LedgerTables>;
  let rival: Kysely<LedgerTables>;
  beforeEach(async () => {
    book = await database.create(ledgerMigrations);
    db = await book.open();
    rival = await book.openRival();
  });
  afterEach(() => book.remove());

  const append = (entry: Parameters<typeof appendLedgerEntry>[1]) =>
    db.transaction().execute((trx) => appendLedgerEntry(trx, entry));
  const countEntries = async () => (await db.selectFrom('ledger_entries').selectAll().execute()).length;

  describe(`appendLedgerEntry on ${database.name}`, () => {
    it('stores the split and every posting, in order', async () => {
      await append(sale);
      const [row] = await db.selectFrom('ledger_entries').selectAll().execute();
      expect(row).toMatchObject({
        seq: 1,
        kind: 'sale',
        payment_id: paymentId,
        charged_won: 12_345,
        card_fee_won: 222,
      });
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
      await expect(append(sale)).rejects.toThrow(/unique/i);
      expect(await countEntries()).toBe(1);
      await append({ ...sale, kind: 'cancel', cancelId: '019ab0c0-0000-7000-8000-000000000002' as CancelId });
      expect(await countEntries()).toBe(2);
    });

    it('refuses an entry that does not balance', async () => {
      await expect(append({ ...sale, postings: sale.postings.slice(1) })).rejects.toMatchObject({ code: 'internal' });
      expect(await countEntries()).toBe(0);
    });

    it('refuses a payment on a closed date, but takes a payout', async () => {
      await closingDates(db, (trx) => closeBusinessDate(trx, day, 5));
      await expect(append(sale)).rejects.toMatchObject({ code: 'date_closed' });
      const statementId = '019ab0c0-0000-7000-8000-000000000003' as StatementId;
      const none = { merchantId: null, postings: [] };
      const payout: PayoutEntry = { kind: 'payout', statementId, atMs: 2, businessDate: day, ...none };
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

  describe(`closed dates on ${database.name}`, () => {
    it('skips over closed dates to the first open one', async () => {
      expect(await firstOpenBusinessDate(db, day)).toBe(day);
      for (const date of ['2026-11-23', '2026-11-24', '2026-11-26']) {
        await closingDates(db, (trx) => closeBusinessDate(trx, date as BusinessDate, 5));
      }
      expect(await firstOpenBusinessDate(db, day)).toBe('2026-11-25');
      expect(await firstOpenBusinessDate(db, '2026-11-26' as BusinessDate)).toBe('2026-11-27');
      expect(await isBusinessDateClosed(db, '2026-11-25' as BusinessDate)).toBe(false);
      expect(await isBusinessDateClosed(db, '2026-11-26' as BusinessDate)).toBe(true);
    });

    it('closing twice keeps the first time', async () => {
      await closingDates(db, (trx) => closeBusinessDate(trx, day, 5));
      await closingDates(db, (trx) => closeBusinessDate(trx, day, 9));
      expect(await db.selectFrom('closed_dates').selectAll().execute()).toEqual([
        { business_date: day, closed_at_ms: 5 },
      ]);
    });

    it('are closed only after what was begun under them while they were open', async () => {
      const [found, goOn] = [Promise.withResolvers<boolean>(), Promise.withResolvers<void>()];
      const booking = holdingDates(db, async (trx) => {
        found.resolve(await isBusinessDateClosed(trx, day));
        await goOn.promise;
        await appendLedgerEntry(trx, sale);
      });
      expect(await found.promise).toBe(false);
      let counted: number | undefined;
      const closing = createDateCloser(rival, async (trx) => {
        counted = (await trx.selectFrom('ledger_entries').select('seq').execute()).length;
        return 0;
      })(day, 5);
      // Long enough for a closing that does not wait.
      for (let turn = 0; turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(counted).toBeUndefined();
      goOn.resolve();
      await booking;
      expect(await closing).toMatchObject({ ok: true });
      expect(counted).toBe(1);
    });
  });

  describe(`the chain on ${database.name}`, () => {
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
      expect((await reader.readEntries(1, 9)).map(({ entry }) => entry)).toEqual([
        { ...sale, kind: 'cancel', cancelId },
      ]);
      expect(await reader.readEntries(2, 9)).toEqual([]);
    });

    it('does not branch: two entries after the same one are refused', async () => {
      await append(sale);
      const columns = sql`kind, payment_id, cancel_id, statement_id, transfer_id, merchant_id, device_id, tender, charged_won, card_fee_won,
      pg_fee_won, operator_fee_won, merchant_share_won, at_ms, business_date, previous_hash`;
      const branch = sql`insert into ledger_entries (entry_key, entry_hash, ${columns})
      select 'other', 'other', ${columns} from ledger_entries`;
      await expect(branch.execute(db)).rejects.toThrow(/unique.*previous_hash/i);
    });

    it('takes entries at once one after the other', async () => {
      const entries = Array.from({ length: 20 }, (_, n) => ({ ...sale, paymentId: `p-${n}` as PaymentId }));
      await Promise.all(
        entries.map((entry, n) => holdingDates([db, rival][n % 2]!, (trx) => appendLedgerEntry(trx, entry))),
      );
      const booked = await createBookReader(db).readEntries(0, 99);
      expect(booked.map(({ entry }) => entry)).toEqual(expect.arrayContaining(entries));
      const hashes = booked.map(({ hash }) => hash);
      expect(booked.map(({ previousHash }) => previousHash)).toEqual([chainStart, ...hashes.slice(0, -1)]);
      expect(booked.map((each) => hashLedgerEntry(each.previousHash, each.entry))).toEqual(hashes);
    });

    it('keeps amounts to the won as far as a number does', async () => {
      const chargedWon = won(Number.MAX_SAFE_INTEGER);
      const none = won(0);
      const split = {
        chargedWon,
        cardFeeWon: none,
        pgFeeWon: none,
        operatorFeeWon: none,
        merchantShareWon: chargedWon,
      };
      const postings = [
        { account: 'pg-receivable', amountWon: chargedWon },
        { account: 'merchant-payable', amountWon: won(-chargedWon) },
      ] as const;
      const largest = { ...sale, split, postings: [...postings] };
      await append(largest);
      expect((await createBookReader(db).readEntries(0, 9)).map(({ entry }) => entry)).toEqual([largest]);
      expect(await db.selectFrom('ledger_entries').select('charged_won').execute()).toEqual([
        { charged_won: chargedWon },
      ]);
    });
  });
}
