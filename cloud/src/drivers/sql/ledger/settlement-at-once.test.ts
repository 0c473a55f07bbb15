import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId, StatementId, TransferId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import type { Hop } from '@scanpay/shared/settlement/statement.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTransferEntry } from '../../../core/settle/payout.ts';
import type { PayoutEntry, Posting } from '../../../ports/ledger.ts';
import type { NewStatement, SettlementStore } from '../../../ports/settlement-store.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { createBookReader } from './chain.ts';
import { ledgerMigrations } from './migrations.ts';
import { createSettlementStore } from './settlement-store.ts';
import type { LedgerTables } from './tables.ts';

const day = '2026-11-23' as BusinessDate;
const id = (n: number) => `019ab0c2-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as StatementId;
const agreed = { state: 'approved' as const, faults: [], answerJws: 'signed' };

const payoutOf = (statementId: StatementId, merchantId: MerchantId | null, postings: Posting[]): PayoutEntry => ({
  kind: 'payout',
  statementId,
  merchantId,
  atMs: 2,
  businessDate: day,
  postings,
});

function statement(n: number, hop: Hop, receiver: string): NewStatement {
  const parties = { hop, sender: hop === 'S13' ? 'card' : 'pg', receiver };
  const header = { statementId: id(n), ...parties, deviceId: null, businessDate: day };
  return { ...makeStatement({ ...header, events: [] }), jws: `jws ${n}`, sha256: `hash ${n}` };
}

describe.each(useTestDatabases())('statements at once on $name', (database) => {
  let book: TestBook<LedgerTables>;
  let reader: ReturnType<typeof createBookReader>;
  let stores: SettlementStore[];
  beforeEach(async () => {
    book = await database.create(ledgerMigrations);
    const db = await book.open();
    reader = createBookReader(db);
    const [store, rival] = [createSettlementStore(db), createSettlementStore(await book.openRival())];
    stores = [store, rival, store, rival];
  });
  afterEach(() => book.remove());
  const atOnce = <T>(act: (store: SettlementStore, n: number) => Promise<T>): Promise<T[]> =>
    Promise.all(stores.map(act));

  it('are made once for the same hop, parties and date, and paid once', async () => {
    const added = await atOnce((store, n) => store.addSent([statement(n, 'S14', 'operator')], null, 1));
    const [statementId, ...others] = added.flat();
    expect(others).toEqual([]);
    const answered = await atOnce((store) => store.recordAnswer(statementId!, agreed, 2));
    expect(answered.filter(Boolean)).toHaveLength(1);
    const entry = payoutOf(statementId!, null, []);
    const paid = await atOnce((store) => store.recordPayout(entry, { paidWon: won(7), adviceJws: null }, 3));
    expect(paid.filter(Boolean)).toHaveLength(1);
    expect((await reader.readEntries(0, 9)).map((each) => each.entry)).toEqual([entry]);
  });

  it('are received once and followed up once', async () => {
    const received = await atOnce((store, n) => store.addReceived(statement(n, 'S13', 'pg'), agreed, 1));
    const [first] = received;
    expect(received).toEqual([first, first, first, first]);
    const onward = await atOnce((store, n) =>
      store.addSent([statement(10 + n, 'S14', `operator-${n}`)], first!.statementId, 2),
    );
    expect(onward.flat()).toHaveLength(1);
    expect(await stores[0]!.listWithoutOnward()).toEqual([]);
  });

  it('of one merchant are transferred once, whoever pays which of them', async () => {
    const shop = 'm-1' as MerchantId;
    const parties = { hop: 'S15', sender: 'operator', receiver: shop, businessDate: day, payoutDate: day } as const;
    const numbers = [1, 2, 3];
    for (const n of numbers) {
      const made = makeStatement({ statementId: id(n), ...parties, deviceId: `box-${n}` as DeviceId, events: [] });
      await stores[0]!.addSent([{ ...made, jws: `jws ${n}`, sha256: `hash ${n}` }], null, 1);
      await stores[0]!.recordAnswer(id(n), agreed, 2);
    }
    const clearing = (n: number) => {
      const due = { account: 'merchant-payable', amountWon: won(100) } as const;
      const settled = { account: 'merchant-settlement', amountWon: won(-100) } as const;
      return { paidWon: won(100), entry: payoutOf(id(n), shop, [due, settled]) };
    };
    const pay = (store: SettlementStore, order: number[], transfer: number) =>
      store.payMerchant(shop, order.map(clearing), 3, (dueWon) => {
        const transferId = `019ab0c4-0000-7000-8000-00000000000${transfer}` as TransferId;
        return makeTransferEntry({ transferId, merchantId: shop, atMs: 3, businessDate: day }, dueWon);
      });
    const orders = [
      [1, 2],
      [3, 2, 1],
      [2, 3],
      [1, 3],
    ];
    const paid = await atOnce((store, n) => pay(store, orders[n]!, n));
    expect(paid.reduce((sum, each) => sum + each, 0)).toBe(300);
    expect(await stores[0]!.readDueWon(shop)).toBe(0);
    const kinds = (await reader.readEntries(0, 99)).map(({ entry }) => entry.kind);
    expect(kinds.filter((kind) => kind === 'payout')).toHaveLength(3);
  });
});
