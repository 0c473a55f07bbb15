import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addBusinessDays, type BusinessDate, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId, StatementId, TransferId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import { createVirtualScheduler, type VirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePayoutEntry, makeTransferEntry } from '../../../core/settle/payout.ts';
import { createMerchants } from '../../../core/verify/merchants.ts';
import { createKoreanBulkTransfer } from '../../../drivers/bank/korean-bulk-transfer.ts';
import { readBulkTransfer } from '../../../drivers/bank/testing/read-bulk-transfer.ts';
import { createSqliteKysely, migrateToLatest, openSqliteFile } from '../../../drivers/sql/database.ts';
import { ledgerMigrations } from '../../../drivers/sql/ledger/migrations.ts';
import { createSettlementStore } from '../../../drivers/sql/ledger/settlement-store.ts';
import type { LedgerTables } from '../../../drivers/sql/ledger/tables.ts';
import { createTransferReader } from '../../../drivers/sql/ledger/transfer-reader.ts';
import type { SettlementStore } from '../../../ports/settlement-store.ts';
import { createRoleApp, type RoleApp } from '../../common/role-app.ts';
import { createTransferDesk } from '../transfer-desk.ts';
import { addTransferRoutes } from './transfer-routes.ts';

const day = '2026-11-23' as BusinessDate;
const nextDay = addBusinessDays(day, 1);
const accountNumber = '110987654321';
const merchants = createMerchants([
  ...['m-a', 'm-b', 'm-c'].map((merchantId) => ({
    merchantId: merchantId as MerchantId,
    name: merchantId,
    businessNumber: '123-45-67890',
    bankAccount: { bankCode: '088', accountNumber, holder: `예금주 ${merchantId}` },
  })),
  { merchantId: 'm-no-account' as MerchantId, name: '계좌 없음', businessNumber: '123-45-67891' },
]);

let folder: string;
let db: Kysely<LedgerTables>;
let store: SettlementStore;
let clock: VirtualScheduler;
let app: RoleApp;
let logged: string[];
let next = 0;

/** Books a transfer as settlement does: what a statement made due goes to the bank. Returns the end of its id. */
async function pay(receiver: string, amountWon: number, businessDate = day): Promise<string> {
  next += 1;
  const number = next.toString(16).padStart(8, '0');
  const statementId = `019ab0c2-0000-7000-8000-0000${number}` as StatementId;
  const transferId = `019ab0c4-0000-7000-8000-0000${number}` as TransferId;
  const merchantId = receiver as MerchantId;
  const parties = { hop: 'S15', sender: 'operator', receiver, deviceId: 'box-1' as DeviceId } as const;
  const { statement } = makeStatement({
    statementId,
    ...parties,
    businessDate: addBusinessDays(day, -next),
    events: [],
  });
  await store.addSent([{ statement, jws: `jws ${next}`, sha256: `hash ${next}` }], null, 1);
  await store.recordAnswer(statementId, { state: 'approved', faults: [], answerJws: 'signed' }, 2);
  const sums = { chargedWon: won(amountWon), feeWon: won(0), payableWon: won(amountWon) };
  const none = { chargedWon: won(0), feeWon: won(0), payableWon: won(0) };
  const agreed = { card: sums, cash: none, payableWon: won(amountWon) };
  const entry = makePayoutEntry('sent', statement, agreed, 3, businessDate);
  await store.payMerchant(merchantId, [{ entry, paidWon: won(amountWon) }], 3, (dueWon) =>
    makeTransferEntry({ transferId, merchantId, atMs: 3, businessDate }, dueWon),
  );
  return transferId.slice(-8);
}

const download = (businessDate: string) => app.inject(`/v1/settlement/transfers/${businessDate}.csv`);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scanpay-transfers-'));
  db = createSqliteKysely<LedgerTables>(openSqliteFile(join(folder, 'book.db')));
  await migrateToLatest(db, ledgerMigrations);
  store = createSettlementStore(db);
  clock = createVirtualScheduler(startOfBusinessDateMs(nextDay) + 3_600_000);
  logged = [];
  const line = (fields: object, text: string) => void logged.push(`${JSON.stringify(fields)} ${text}`);
  const log = { info: line, warn: line, error: line };
  app = createRoleApp({ title: 'operator', log });
  app.after(() => {
    const desk = createTransferDesk({ reader: createTransferReader(db), merchants, clock });
    addTransferRoutes(app, { desk, file: createKoreanBulkTransfer(), log });
  });
  await app.ready();
});
afterEach(async () => {
  await app.close();
  await db.destroy();
  rmSync(folder, { recursive: true });
});

describe('GET /v1/settlement/transfers/:businessDate.csv', () => {
  it('tells the bank of each transfer booked on the date, once', async () => {
    const first = await pay('m-b', 20_000);
    const second = await pay('m-a', 10_000);
    const third = await pay('m-a', 5_000);
    await pay('m-a', 77_777, nextDay);
    const response = await download(day);
    expect(response.headers['content-disposition']).toBe(`attachment; filename="transfers-${day}.csv"`);
    expect(response.headers['content-type']).toContain('charset=euc-kr');
    const { transfers, count, sumWon } = readBulkTransfer(response.rawPayload);
    expect(transfers).toEqual([
      ['088', accountNumber, '20000', '예금주 m-b', '스캔페이 1123', `정산 ${first}`],
      ['088', accountNumber, '10000', '예금주 m-a', '스캔페이 1123', `정산 ${second}`],
      ['088', accountNumber, '5000', '예금주 m-a', '스캔페이 1123', `정산 ${third}`],
    ]);
    expect({ count, sumWon }).toEqual({ count: 3, sumWon: 35_000 });
    expect((await download(day)).rawPayload.equals(response.rawPayload)).toBe(true);
  });

  it('has nothing for a merchant that owes, and less for it afterwards', async () => {
    await pay('m-a', -3_000);
    await pay('m-a', 10_000);
    // It has no account, and needs none.
    await pay('m-no-account', -500);
    const { transfers } = readBulkTransfer((await download(day)).rawPayload);
    expect(transfers.map(([, , amountWon, holder]) => [holder, amountWon])).toEqual([['예금주 m-a', '7000']]);
  });

  it('reads on over pages of the book', async () => {
    for (let n = 0; n < 600; n += 1) await pay('m-a', 100);
    expect(readBulkTransfer((await download(day)).rawPayload)).toMatchObject({ count: 600, sumWon: 60_000 });
  });

  it('is not there before the date is over, for the file would grow', async () => {
    await pay('m-a', 10_000, nextDay);
    const early = await download(nextDay);
    expect([early.statusCode, early.json().code]).toEqual([409, 'date_not_closed']);
    clock.advance(86_400_000);
    expect(readBulkTransfer((await download(nextDay)).rawPayload).sumWon).toBe(10_000);
    expect((await download('2026-02-30')).statusCode).toBe(400);
  });

  it('is not there while a merchant to be paid has no account', async () => {
    await pay('m-a', 10_000);
    await pay('m-no-account', 10_000);
    const refused = await download(day);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ code: 'bank_account_missing', detail: 'm-no-account' });
  });

  it('leaves no account number in the log', async () => {
    await pay('m-a', 10_000);
    expect((await download(day)).statusCode).toBe(200);
    expect(logged).toHaveLength(1);
    expect(logged.join()).not.toContain(accountNumber.slice(0, 8));
  });
});
