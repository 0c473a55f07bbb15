import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { StatementId } from '@scanpay/shared/ids.ts';
import { type Hop, makeStatement } from '@scanpay/shared/settlement/statement.ts';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PayoutEntry } from '../../../ports/ledger.ts';
import type { NewStatement, SettlementStore } from '../../../ports/settlement-store.ts';
import { type TestBook, type TestDatabase, useTestDatabases } from '../testing/test-databases.ts';
import { createDateCloser } from './closed-dates.ts';
import { ledgerMigrations } from './migrations.ts';
import { createSettlementStore } from './settlement-store.ts';
import type { LedgerTables } from './tables.ts';

const day = '2026-11-23' as BusinessDate;
const id = (n: number) => `019ab0c2-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as StatementId;
const agreed = { state: 'approved' as const, faults: [], answerJws: null };

function statement(n: number, hop: Hop, receiver: string): NewStatement {
  const parties = { hop, sender: hop === 'S13' ? 'card' : 'pg', receiver };
  const made = makeStatement({ statementId: id(n), ...parties, businessDate: day, events: [] });
  return { statement: made, jws: `jws ${n}`, sha256: `hash ${n}` };
}

const databases = useTestDatabases();

let book: TestBook<LedgerTables>;
let db: Kysely<LedgerTables>;
let store: SettlementStore;
const setUpOn = (database: TestDatabase) => {
  beforeEach(async () => {
    book = await database.create(ledgerMigrations);
    db = await book.open();
    store = createSettlementStore(db);
  });
  afterEach(() => book.remove());
};

describe.each(databases)('createSettlementStore on $name', (database) => {
  setUpOn(database);

  it('keeps the first of two statements for the same hop, parties and date', async () => {
    expect(await store.addSent([statement(1, 'S14', 'operator')], null, 1)).toEqual([id(1)]);
    expect(await store.addSent([statement(2, 'S14', 'operator')], null, 1)).toEqual([]);
    expect(await store.findStatement(id(2))).toBeUndefined();
    expect(await store.readStatementJws(id(1))).toBe('jws 1');
  });

  it('follows a received statement up once, all or nothing', async () => {
    await store.addReceived(statement(1, 'S13', 'pg'), agreed, 1);
    expect(await store.listWithoutOnward()).toMatchObject([{ statementId: id(1) }]);
    expect(await store.addSent([statement(2, 'S14', 'operator')], id(1), 2)).toEqual([id(2)]);
    expect(await store.listWithoutOnward()).toEqual([]);
    expect(await store.addSent([statement(3, 'S14', 'another')], id(1), 3)).toEqual([]);
    expect(await store.listStatements(day)).toHaveLength(2);
  });

  it('pays only what is approved, and only once', async () => {
    await store.addSent([statement(1, 'S14', 'operator')], null, 1);
    const entry: PayoutEntry = { kind: 'payout', statementId: id(1), atMs: 2, businessDate: day, postings: [] };
    expect(await store.recordPayout(entry, 2)).toBe(false);
    expect(await store.recordAnswer(id(1), agreed, 3)).toBe(true);
    expect(await store.recordAnswer(id(1), { ...agreed, state: 'disputed' }, 4)).toBe(false);
    expect(await store.recordPayout(entry, 5)).toBe(true);
    expect(await store.recordPayout(entry, 6)).toBe(false);
    expect(await store.findStatement(id(1))).toMatchObject({ state: 'paid', updatedAtMs: 5 });
    expect(await db.selectFrom('ledger_entries').select('entry_key').execute()).toHaveLength(1);
  });

  it('counts a sent statement as unfinished until the receiver knows that it is paid', async () => {
    await store.addSent([statement(1, 'S14', 'operator')], null, 1);
    expect(await store.listUnfinishedSent()).toEqual([id(1)]);
    await store.recordAnswer(id(1), agreed, 2);
    await store.recordPayout({ kind: 'payout', statementId: id(1), atMs: 2, businessDate: day, postings: [] }, 3);
    expect(await store.listUnfinishedSent()).toEqual([id(1)]);
    await store.markPaidTold(id(1));
    expect(await store.listUnfinishedSent()).toEqual([]);
  });
});

describe.each(databases)('createDateCloser on $name', (database) => {
  setUpOn(database);

  it('counts what is open in the same transaction, and not any more once closed', async () => {
    let open = 2;
    const close = createDateCloser(db, async () => open);
    expect(await close(day, 1)).toMatchObject({ ok: false, code: 'date_open_payments' });
    expect(await store.isBusinessDateClosed(day)).toBe(false);
    open = 0;
    expect(await close(day, 2)).toMatchObject({ ok: true });
    open = 1;
    expect(await close(day, 3)).toMatchObject({ ok: true });
    expect(await store.listClosedDatesWithout('S13')).toEqual([day]);
    await store.addSent([statement(1, 'S13', 'pg')], null, 1);
    expect(await store.listClosedDatesWithout('S13')).toEqual([]);
  });
});
