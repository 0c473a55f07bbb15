import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PayoutEntry } from '../../../ports/ledger.ts';
import type { SettledLineRecord, SettlementStore } from '../../../ports/settlement-store.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { createBookReader } from './chain.ts';
import { ledgerMigrations } from './migrations.ts';
import { createSettlementStore } from './settlement-store.ts';
import type { LedgerTables } from './tables.ts';

const day = '2026-11-23' as BusinessDate;
const statementId = '019ab0c2-0000-7000-8000-000000000001' as StatementId;
const line = { kind: 'sale', paymentId: 'p-1' as PaymentId, cancelId: null } as const;
const record: SettledLineRecord = {
  line,
  outcome: 'corrected',
  by: 'card',
  agreed: null,
  note: '',
  actedAtMs: 5,
  state: 'proposed',
  actJws: 'a.b.c',
};
const settled: SettledLineRecord = { ...record, state: 'settled' };
const entryOf = (of: PayoutEntry['line'] & object): PayoutEntry => ({
  kind: 'payout',
  statementId,
  merchantId: null,
  line: of,
  atMs: 6,
  businessDate: day,
  postings: [
    { account: 'pg-payable', amountWon: won(100) },
    { account: 'bank', amountWon: won(-100) },
  ],
});

describe.each(useTestDatabases())('disputed lines on $name', (database) => {
  let book: TestBook<LedgerTables>;
  let store: SettlementStore;
  let rival: SettlementStore;
  let read: () => Promise<unknown[]>;
  beforeEach(async () => {
    book = await database.create(ledgerMigrations);
    const db = await book.open();
    store = createSettlementStore(db);
    rival = createSettlementStore(await book.openRival());
    read = () => createBookReader(db).readEntries(0, 10);
    const parties = { hop: 'S13', sender: 'card', receiver: 'pg', deviceId: null } as const;
    const made = makeStatement({ statementId, ...parties, businessDate: day, events: [] });
    await store.addSent([{ ...made, jws: 'j', sha256: 's' }], null, 1);
  });
  afterEach(() => book.remove());
  const lines = async () => (await store.findStatement(statementId))?.settledLines;

  it('are proposed once, listed until they are settled, and settled once with their entry', async () => {
    expect(await store.proposeLine(statementId, record)).toBe(true);
    expect(await store.proposeLine(statementId, { ...record, outcome: 'accepted' })).toBe(false);
    expect(await store.listProposing()).toEqual([statementId]);
    expect(await lines()).toEqual([record]);
    expect(await store.settleLine(statementId, settled, entryOf(line), 7)).toBe(true);
    expect(await store.settleLine(statementId, settled, entryOf(line), 8)).toBe(false);
    expect(await store.listProposing()).toEqual([]);
    expect(await lines()).toEqual([settled]);
    expect(await read()).toMatchObject([{ entry: entryOf(line) }]);
  });

  it('of one statement are each kept, also when two are settled at once', async () => {
    const other = { ...line, kind: 'cancel' as const, cancelId: 'c-1' as never };
    const both = await Promise.all([
      store.settleLine(statementId, settled, entryOf(line), 7),
      rival.settleLine(statementId, { ...settled, line: other }, entryOf(other), 7),
    ]);
    expect(both).toEqual([true, true]);
    expect(await lines()).toHaveLength(2);
    expect(await read()).toHaveLength(2);
  });

  it('leave no trace when their entry cannot be booked', async () => {
    const unbalanced = { ...entryOf(line), postings: [{ account: 'bank' as const, amountWon: won(1) }] };
    await expect(store.settleLine(statementId, settled, unbalanced, 7)).rejects.toThrow('balance');
    expect(await lines()).toEqual([]);
  });
});
