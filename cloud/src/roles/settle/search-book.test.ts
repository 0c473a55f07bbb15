import type { BookFindings } from '@scanpay/shared/api/reconciliation.ts';
import { addBusinessDays, type BusinessDate, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import type { CancelId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxFound } from '../../core/settle/search-book.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import type { Company } from '../../ports/ledger.ts';
import { day, event, otherShop, paymentId, shop, viewWorld } from './testing/payment-day.ts';
import { createSettlementWorld, type SettlementWorld } from './testing/settlement-world.ts';

let world: SettlementWorld;
const { statements, book, closeAndSettle } = viewWorld(() => world);

async function ask(company: Company, query: Record<string, string>) {
  const url = `/v1/settlement/search?${new URLSearchParams(query)}`;
  const response = await world.companies[company].app.inject(url);
  return { status: response.statusCode, body: response.json() };
}
const search = async (company: Company, find: string, businessDate: string = day): Promise<BookFindings> =>
  (await ask(company, { find, businessDate })).body;
const eventsOf = ({ events }: BookFindings) => events.map(({ paymentId: id, kind }) => `${id.slice(-1)} ${kind}`);
const hopsOf = ({ statements: found }: BookFindings) => found.map(({ hop, receiver }) => `${hop} ${receiver}`);

/** The shop's own word, as its terminal gives it. */
async function approveAll(): Promise<void> {
  const { db, settlement } = world.companies.operator;
  for (const { statementId, deviceId, receiver } of await statements('operator')) {
    if (deviceId === null) continue;
    const { sha256 = '' } = (await createSettlementStore(db).findStatement(statementId)) ?? {};
    const answered = await settlement.merchantDesk?.answer({
      ...{ deviceId, merchantId: receiver as typeof shop, answerJws: 'signed' },
      answer: { statementId, statementSha256: sha256, answer: 'approved', faults: [] },
    });
    expect(answered).toMatchObject({ ok: true });
  }
  await world.settle();
}

describe('searching a book', () => {
  beforeEach(async () => {
    world = await createSettlementWorld();
    await book(event(1, 'sale', 'card', 54_000));
    await book(event(2, 'sale', 'cash', 20_000));
    await book(event(3, 'sale', 'card', 7_000), otherShop);
    await book(event(3, 'cancel', 'card', 7_000), otherShop);
    await closeAndSettle();
  });
  afterEach(() => world.dispose());

  it('finds a payment by its number, its receipt’s code and its last digits, and a cancel by its own', async () => {
    const id = paymentId(3);
    for (const find of [id, `SR1:${id.toUpperCase()}`]) {
      expect((await ask('pg', { find })).body).toMatchObject({ statements: [], isMore: false });
      expect(eventsOf(await search('pg', find))).toEqual(['3 sale', '3 cancel']);
    }
    expect(eventsOf(await search('pg', `…${id.slice(-8)}`)).sort()).toEqual(['3 cancel', '3 sale']);
    expect(eventsOf(await search('pg', id.slice(-8), '2026-11-22'))).toEqual([]);
    const [sale, cancel] = (await search('pg', id)).events;
    expect([sale?.cancelId, cancel?.chargedWon]).toEqual([null, 7_000]);
    expect(eventsOf(await search('card', paymentId(2)))).toEqual([]);
  });

  it('finds a cancel by its number, on the date in it or soon after', async () => {
    const numberOf = (date: BusinessDate) => {
      const time = (startOfBusinessDateMs(date) + 1).toString(16).padStart(12, '0');
      return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000009` as CancelId;
    };
    const next = addBusinessDays(day, 1);
    const cancels = [numberOf(day), numberOf(next)] as const;
    const cancel = (n: number, cancelId: CancelId) => ({ ...event(n, 'cancel', 'card', 100), cancelId });
    await world.book('pg', cancel(1, cancels[1]), shop, next);
    // The date it was begun on was closed before.
    await world.book('operator', cancel(2, cancels[0]), shop, next);
    expect(eventsOf((await ask('pg', { find: cancels[1] })).body)).toEqual(['1 cancel']);
    expect(eventsOf((await ask('operator', { find: cancels[0] })).body)).toEqual(['2 cancel']);
    expect(eventsOf((await ask('operator', { find: cancels[1] })).body)).toEqual([]);
  });

  it('finds what an amount of a date belongs to: payments, shares, fees and statements', async () => {
    expect(eventsOf(await search('operator', '54,000원'))).toEqual(['1 sale']);
    const { split } = event(1, 'sale', 'card', 54_000);
    expect(eventsOf(await search('operator', String(split.merchantShareWon)))).toEqual(['1 sale']);
    expect(eventsOf(await search('pg', String(split.pgFeeWon)))).toEqual(['1 sale']);
    const [s13] = await statements('card');
    const byAmount = await search('pg', String(s13?.payableWon));
    expect(hopsOf(byAmount)).toEqual(['S13 pg']);
    expect(hopsOf(await search('pg', s13?.statementId ?? ''))).toEqual(['S13 pg']);
  });

  it('finds the statements that a transfer in the passbook cleared, by its amount, its number and its last digits', async () => {
    await approveAll();
    const [row] = (await statements('operator')).filter(({ transferId }) => transferId !== null);
    const transferId = row?.transferId ?? '';
    for (const find of [transferId, `정산 ${transferId.slice(-8)}`]) {
      expect((await search('operator', find)).statements.map((each) => each.transferId)).toEqual([transferId]);
    }
    expect(hopsOf(await search('operator', String(row?.paidWon)))).toEqual(['S15 m-1']);
  });

  it('refuses what is no number and no amount, and an amount of no date', async () => {
    for (const query of [{ find: 'abc' }, { find: '54000' }, { find: 'SR1:1', businessDate: day }]) {
      expect(await ask('card', query)).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    }
  });

  it('gives so many, and says that there are more', async () => {
    await world.dispose();
    world = await createSettlementWorld();
    for (let n = 1; n <= maxFound + 2; n += 1) await book(event(n, 'sale', 'card', 1_000), shop, ['card']);
    const found = await search('card', '1000');
    expect([found.events.length, found.isMore]).toEqual([maxFound, true]);
  });
});
