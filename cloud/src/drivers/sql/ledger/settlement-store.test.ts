import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId, StatementId, TransferId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import type { Hop } from '@scanpay/shared/settlement/statement.ts';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTransferEntry } from '../../../core/settle/payout.ts';
import type { PayoutEntry } from '../../../ports/ledger.ts';
import type { NewStatement, SettlementStore } from '../../../ports/settlement-store.ts';
import { type TestBook, type TestDatabase, useTestDatabases } from '../testing/test-databases.ts';
import { createDateCloser } from './closed-dates.ts';
import { ledgerMigrations } from './migrations.ts';
import { createSettlementStore } from './settlement-store.ts';
import type { LedgerTables } from './tables.ts';

const day = '2026-11-23' as BusinessDate;
const id = (n: number) => `019ab0c2-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as StatementId;
const box = 'box-1' as DeviceId;
const agreed = { state: 'approved' as const, faults: [], answerJws: 'signed' };

function statement(n: number, hop: Hop, receiver: string, deviceId: DeviceId | null = null): NewStatement {
  const parties = { hop, sender: hop === 'S13' ? 'card' : 'pg', receiver };
  const header = { statementId: id(n), ...parties, deviceId, businessDate: day };
  return { ...makeStatement({ ...header, events: [] }), jws: `jws ${n}`, sha256: `hash ${n}` };
}

const databases = useTestDatabases();

let testBook: TestBook<LedgerTables>;
let db: Kysely<LedgerTables>;
let store: SettlementStore;
const setUpOn = (database: TestDatabase) => {
  beforeEach(async () => {
    testBook = await database.create(ledgerMigrations);
    db = await testBook.open();
    store = createSettlementStore(db);
  });
  afterEach(() => testBook.remove());
};

describe.each(databases)('createSettlementStore on $name', (database) => {
  setUpOn(database);

  it('keeps the first of two statements for the same hop, parties and date', async () => {
    expect(await store.addSent([statement(1, 'S14', 'operator')], null, 1)).toEqual([id(1)]);
    expect(await store.addSent([statement(2, 'S14', 'operator')], null, 1)).toEqual([]);
    expect(await store.findStatement(id(2))).toBeUndefined();
    expect(await store.readStatementJws(id(1))).toBe('jws 1');
  });

  it('keeps one statement of each payout date of a terminal, and the first of each', async () => {
    const of = (n: number, payoutDate: BusinessDate | null): NewStatement => {
      const made = statement(n, 'S15', 'm-1', box);
      return { ...made, statement: { ...made.statement, payoutDate } };
    };
    const payday = '2026-12-01' as BusinessDate;
    expect(await store.addSent([of(1, day), of(2, payday), of(3, null)], null, 1)).toEqual([id(1), id(2), id(3)]);
    expect(await store.addSent([of(4, day), of(5, payday), of(6, null)], null, 1)).toEqual([]);
    await store.addSent([statement(7, 'S14', 'operator')], null, 1);
    const covering = async (payoutDate: BusinessDate | null, deviceId = box) =>
      (await store.listCovering(day, { deviceId, payoutDate })).map(({ statementId }) => statementId);
    expect(await covering(payday)).toEqual([id(7), id(2)]);
    expect(await covering(null)).toEqual([id(7), id(3)]);
    expect(await covering(payday, 'box-2' as DeviceId)).toEqual([id(7)]);
    expect((await store.listCovering(day, null)).map(({ statementId }) => statementId)).toEqual([id(7)]);
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
    const entry: PayoutEntry = {
      kind: 'payout',
      statementId: id(1),
      merchantId: null,
      atMs: 2,
      businessDate: day,
      postings: [],
    };
    expect(await store.recordPayout(entry, { paidWon: won(7), adviceJws: null }, 2)).toBe(false);
    expect(await store.recordAnswer(id(1), agreed, 3)).toBe(true);
    expect(await store.recordAnswer(id(1), { ...agreed, state: 'disputed' }, 4)).toBe(false);
    expect(await store.recordPayout(entry, { paidWon: won(7), adviceJws: null }, 5)).toBe(true);
    expect(await store.recordPayout(entry, { paidWon: won(7), adviceJws: null }, 6)).toBe(false);
    expect(await store.findStatement(id(1))).toMatchObject({ state: 'paid', paidWon: 7, updatedAtMs: 5 });
    expect(await db.selectFrom('ledger_entries').select('entry_key').execute()).toHaveLength(1);
  });

  it('pays once what is agreed on of a disputed statement', async () => {
    await store.addSent([statement(1, 'S14', 'operator')], null, 1);
    await store.recordAnswer(id(1), { ...agreed, state: 'disputed' }, 2);
    const entry: PayoutEntry = {
      kind: 'payout',
      statementId: id(1),
      merchantId: null,
      atMs: 2,
      businessDate: day,
      postings: [],
    };
    expect(await store.recordPayout(entry, { paidWon: won(7), adviceJws: null }, 3)).toBe(true);
    expect(await store.recordPayout(entry, { paidWon: won(7), adviceJws: null }, 4)).toBe(false);
    expect(await store.findStatement(id(1))).toMatchObject({ state: 'part-paid', paidWon: 7, updatedAtMs: 3 });
    expect(await store.listUnfinishedSent()).toEqual([id(1)]);
  });

  it('knows the terminals that leave a statement unanswered for long', async () => {
    await store.addSent([statement(1, 'S14', 'operator'), statement(2, 'S15', 'm-1', box)], null, 5);
    expect(await store.listTardyTerminals(5)).toEqual([]);
    expect(await store.listTardyTerminals(6)).toEqual([box]);
    await store.recordAnswer(id(2), agreed, 7);
    expect(await store.listTardyTerminals(9)).toEqual([]);
  });

  it('counts a sent statement as unfinished until the receiver knows that it is paid', async () => {
    await store.addSent([statement(1, 'S14', 'operator')], null, 1);
    expect(await store.listUnfinishedSent()).toEqual([id(1)]);
    await store.recordAnswer(id(1), agreed, 2);
    await store.recordPayout(
      { kind: 'payout', statementId: id(1), merchantId: null, atMs: 2, businessDate: day, postings: [] },
      { paidWon: won(0), adviceJws: null },
      3,
    );
    expect(await store.listUnfinishedSent()).toEqual([id(1)]);
    await store.markPaidTold(id(1));
    expect(await store.listUnfinishedSent()).toEqual([]);
  });
});

describe.each(databases)('paying a merchant on $name', (database) => {
  setUpOn(database);

  const shop = 'm-1' as MerchantId;
  const transferIdOf = (n: number) => `019ab0c4-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as TransferId;

  /** Answered statements of a day for one merchant, the number standing for the day, too. */
  async function answered(n: number, payoutDate: BusinessDate | null, state: 'approved' | 'disputed' = 'approved') {
    const parties = { hop: 'S15', sender: 'operator', receiver: shop, deviceId: `box-${n}` as DeviceId } as const;
    const made = makeStatement({ statementId: id(n), ...parties, businessDate: day, payoutDate, events: [] });
    await store.addSent([{ ...made, jws: `jws ${n}`, sha256: `hash ${n}` }], null, 1);
    await store.recordAnswer(id(n), { ...agreed, state }, 2);
  }
  const clearing = (n: number, amount: number) => ({
    paidWon: won(amount),
    entry: {
      ...({ kind: 'payout', statementId: id(n), merchantId: shop, atMs: 3, businessDate: day } as const),
      postings: [
        { account: 'merchant-payable', amountWon: won(amount) } as const,
        { account: 'merchant-settlement', amountWon: won(-amount) } as const,
      ],
    },
  });
  const pay = (payouts: ReturnType<typeof clearing>[], transfer: number) =>
    store.payMerchant(shop, payouts, 4, (dueWon) =>
      makeTransferEntry({ transferId: transferIdOf(transfer), merchantId: shop, atMs: 4, businessDate: day }, dueWon),
    );

  it('transfers the sum of its statements once, and says with which transfer', async () => {
    await answered(1, day);
    await answered(2, day, 'disputed');
    expect(await pay([clearing(1, 1_000), clearing(2, 500)], 1)).toBe(1_500);
    expect(await pay([clearing(1, 1_000), clearing(2, 500)], 2)).toBe(0);
    expect(await store.findStatement(id(1))).toMatchObject({
      state: 'paid',
      paidWon: 1_000,
      transferId: transferIdOf(1),
    });
    expect(await store.findStatement(id(2))).toMatchObject({ state: 'part-paid', transferId: transferIdOf(1) });
    expect((await store.listTransferred(transferIdOf(1))).map(({ statementId }) => statementId)).toEqual([
      id(1),
      id(2),
    ]);
    expect(await store.listTransferred(transferIdOf(2))).toEqual([]);
    expect(await store.readDueWon(shop)).toBe(0);
    expect(await store.readDueWon('m-2' as MerchantId)).toBe(0);
  });

  it('carries a negative sum forward into the next transfer', async () => {
    await answered(1, day);
    await answered(2, day);
    expect(await pay([clearing(1, -700)], 1)).toBe(0);
    expect(await store.findStatement(id(1))).toMatchObject({ state: 'paid', transferId: null });
    expect(await store.readDueWon(shop)).toBe(-700);
    expect(await pay([clearing(2, 1_000)], 2)).toBe(300);
    expect(await store.findStatement(id(1))).toMatchObject({ transferId: transferIdOf(2) });
  });

  it('lists what is due: answered, not paid, and its date has come or it has none', async () => {
    const tomorrow = '2026-11-24' as BusinessDate;
    await answered(1, day);
    await answered(2, tomorrow);
    await answered(3, day, 'disputed');
    await answered(4, null);
    await store.addSent([statement(5, 'S15', shop, box)], null, 1);
    const dueOf = async (today: BusinessDate, merchantId: MerchantId) =>
      (await store.listDue(today, merchantId)).map(({ statementId }) => statementId);
    expect(await dueOf(day, shop)).toEqual([id(1), id(3), id(4)]);
    expect(await dueOf(tomorrow, shop)).toEqual([id(1), id(2), id(3), id(4)]);
    expect(await dueOf(tomorrow, 'm-2' as MerchantId)).toEqual([]);
    await pay([clearing(1, 10)], 1);
    expect(await dueOf(day, shop)).toEqual([id(3), id(4)]);
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
