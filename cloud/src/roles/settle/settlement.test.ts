import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Company } from '../../ports/ledger.ts';
import { companyNames, day, event, otherShop, paymentId, shop, viewWorld } from './testing/payment-day.ts';
import { createSettlementWorld, type SettlementWorld } from './testing/settlement-world.ts';

let world: SettlementWorld;
const { balances, book, closeAndSettle, errors, statements, states } = viewWorld(() => world);
beforeEach(async () => {
  world = await createSettlementWorld();
});
afterEach(() => world.dispose());

describe('a day from close to payout', () => {
  it("goes card company → PG → operator → merchant, and clears every company's book", async () => {
    await book(event(1, 'sale', 'card', 12_345));
    await book(event(2, 'sale', 'cash', 10_000));
    await book(event(3, 'sale', 'card', 50_000), otherShop);
    await book(event(3, 'cancel', 'card', 50_000), otherShop);
    await closeAndSettle();
    expect(await states('card')).toEqual(['S13 sent pg paid']);
    expect(await states('pg')).toEqual(['S13 received pg paid', 'S14 sent operator paid']);
    expect(await states('operator')).toEqual([
      'S14 received operator paid',
      'S15 sent m-1 presented',
      'S15 sent m-2 presented',
    ]);
    // Fees of 12,345: 222 + 86 + 617; of 10,000 in cash: 70 + 500. The PG keeps 156, and passes on 12,123 − 156.
    expect(await balances('card')).toEqual({ 'cardholder-receivable': 12_345, 'fee-income': -222, bank: -12_123 });
    expect(await balances('pg')).toEqual({ 'fee-income': -156, bank: 156 });
    expect(await balances('operator')).toEqual({
      'fee-income': -1_117,
      'merchant-payable': -11_420,
      'merchant-receivable': 570,
      bank: 11_967,
    });
    expect(errors()).toEqual([]);
  });

  it('goes on without a single payment', async () => {
    await closeAndSettle();
    expect(await states('card')).toEqual(['S13 sent pg paid']);
    expect(await states('pg')).toEqual(['S13 received pg paid', 'S14 sent operator paid']);
    expect(await states('operator')).toEqual(['S14 received operator paid']);
    expect((await statements('pg')).map((row) => row.lineCount)).toEqual([0, 0]);
  });

  it('lets the operator pay the PG when there was only cash', async () => {
    await book(event(1, 'sale', 'cash', 10_000));
    await closeAndSettle();
    const [s14] = (await statements('pg')).filter((row) => row.hop === 'S14');
    expect(s14).toMatchObject({ state: 'paid', chargedWon: 10_000, feeWon: 70, payableWon: -70 });
    expect(await balances('pg')).toEqual({ 'fee-income': -70, bank: 70 });
    expect(await balances('operator')).toMatchObject({ bank: -70, 'merchant-receivable': 570 });
  });

  it('makes no statement for a merchant whose only payment was reversed the same day', async () => {
    await book(event(1, 'sale', 'card', 10_000));
    await book(event(1, 'reversal', 'card', 10_000));
    await closeAndSettle();
    expect(await states('operator')).toEqual(['S14 received operator paid']);
    expect(await balances('operator')).toEqual({});
  });

  it('tells of a payment its entries, statements and what was paid', async () => {
    await book(event(1, 'sale', 'card', 12_345));
    await book(event(1, 'cancel', 'card', 12_345));
    await book(event(2, 'sale', 'card', 20_000), otherShop);
    await closeAndSettle();
    const url = `/v1/settlement/payments/${paymentId(1)}`;
    const trace = (await world.companies.operator.app.inject({ url })).json();
    expect(trace).toMatchObject({ company: 'operator', paymentId: paymentId(1), contractVersion: 3 });
    expect(trace.entries).toMatchObject([
      { seq: 1, kind: 'sale', split: { chargedWon: 12_345 }, businessDate: day },
      { seq: 2, kind: 'cancel', businessDate: day },
    ]);
    expect(trace.entries[0].postings.map(({ amountWon }: { amountWon: number }) => amountWon)).toEqual([
      12_037, -617, -11_420,
    ]);
    // The other shop's statement has nothing to do with it.
    expect(trace.statements).toMatchObject([
      { hop: 'S14', direction: 'received', state: 'paid' },
      { hop: 'S15', direction: 'sent', receiver: shop },
    ]);
    const atCard = await world.companies.card.app.inject({ url });
    expect(atCard.json().statements).toMatchObject([{ hop: 'S13', direction: 'sent' }]);
    const unknown = await world.companies.card.app.inject({ url: `/v1/settlement/payments/${paymentId(9)}` });
    expect(unknown.json()).toMatchObject({ code: 'not_found' });
  });

  it('shows the same over HTTP', async () => {
    await book(event(1, 'sale', 'card', 12_345));
    await closeAndSettle();
    const get = async (url: string) => (await world.companies.operator.app.inject({ url })).json();
    const list = await get(`/v1/settlement/statements?businessDate=${day}`);
    expect(list.statements).toMatchObject([
      { hop: 'S14', direction: 'received', state: 'paid', lineCount: 1, payableWon: 12_037, faults: [] },
      { hop: 'S15', direction: 'sent', receiver: 'm-1', payableWon: 11_420 },
    ]);
    const detail = await get(`/v1/settlement/statements/${list.statements[0].statementId}`);
    expect(detail.statement).toMatchObject({ lineCount: 1, totals: { payableWon: 12_037 } });
    const linesUrl = `/v1/settlement/statements/${list.statements[0].statementId}/lines`;
    const line = { paymentId: paymentId(1), feeWon: 308, payableWon: 12_037 };
    expect(await get(linesUrl)).toMatchObject({ lines: [line], next: null });
    expect(await get(`${linesUrl}?after=${paymentId(1)}`)).toEqual({ lines: [], next: null });
    expect(await get(`${linesUrl}?after=x`)).toMatchObject({ code: 'invalid_input' });
    expect(await get(`/v1/settlement/statements/${paymentId(5)}/lines`)).toMatchObject({ code: 'not_found' });
    expect(detail.statementJws.split('.')).toHaveLength(3);
    expect(await get('/v1/settlement/balances')).toMatchObject({
      company: 'operator',
      balances: [
        { account: 'bank', code: '103', kind: 'asset', name: { ko: '보통예금' }, amountWon: 12_037 },
        { account: 'fee-income', amountWon: -617 },
        { account: 'merchant-payable', amountWon: -11_420 },
        { account: 'pg-receivable', amountWon: 0 },
      ],
    });
    expect(await get(`/v1/settlement/statements/${paymentId(5)}`)).toMatchObject({ code: 'not_found' });
  });
});

describe('closing', () => {
  const close = (company: Company, businessDate: string) =>
    world.companies[company].app.inject({ method: 'POST', url: '/v1/settlement/close', payload: { businessDate } });

  it('is once, however often it is asked', async () => {
    await book(event(1, 'sale', 'card', 10_000));
    await Promise.all([world.close(day), world.close(day)]);
    await world.settle();
    const before = { pg: await statements('pg'), card: await balances('card') };
    await closeAndSettle();
    expect((await close('card', day)).json()).toEqual({ businessDate: day, closed: true });
    await world.settle();
    expect({ pg: await statements('pg'), card: await balances('card') }).toEqual(before);
    expect(before.pg).toHaveLength(2);
  });

  it('waits for payments that are under way', async () => {
    world.companies.pg.openDates.add(day);
    expect(await world.close(day)).toEqual({ ok: false, code: 'date_open_payments', detail: `pg: 1 of ${day}` });
    const response = await close('pg', day);
    expect([response.statusCode, response.json().code]).toEqual([409, 'date_open_payments']);
    expect(await statements('card')).toEqual([]);
    world.companies.pg.openDates.clear();
    await closeAndSettle();
    expect(await states('card')).toEqual(['S13 sent pg paid']);
  });

  it('refuses a date that has not begun, and one that is none', async () => {
    expect((await close('card', '2026-11-24')).json()).toMatchObject({ code: 'invalid_input' });
    expect((await close('card', '2026-13-01')).statusCode).toBe(400);
  });

  it('takes no payment afterwards', async () => {
    await world.close(day);
    for (const company of companyNames) {
      await expect(world.book(company, event(9, 'sale', 'card', 1), shop, day)).rejects.toMatchObject({
        code: 'date_closed',
      });
    }
  });

  it('presents S13 again until the PG has closed, too', async () => {
    await book(event(1, 'sale', 'card', 10_000));
    await world.companies.card.settlement.close(day);
    await world.companies.card.settlement.whenIdle();
    expect(await states('card')).toEqual(['S13 sent pg presented']);
    expect(await statements('pg')).toEqual([]);
    await closeAndSettle();
    expect(await states('card')).toEqual(['S13 sent pg paid']);
    expect(errors()).toEqual([]);
  });
});
