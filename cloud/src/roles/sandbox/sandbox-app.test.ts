import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { companyNames, day, event, shop } from '../settle/testing/payment-day.ts';
import { createSandboxWorld, type SandboxWorld } from './testing/sandbox-world.ts';

describe('sandbox', () => {
  let world: SandboxWorld;
  const get = async (url: string) => {
    const response = await world.app.inject(url);
    return { status: response.statusCode, body: response.json() };
  };
  const close = async (businessDate: string) =>
    world.app.inject({ method: 'POST', url: '/v1/settlement-days/close', payload: { businessDate } });

  beforeEach(async () => {
    world = await createSandboxWorld();
  });
  afterEach(() => world.dispose());

  it('shows the phones and what is on them', async () => {
    expect((await get('/v1/phones')).body).toEqual({ mobiles: [] });
    world.deliver('01012345678', { subject: 'a', text: 'b' }, Buffer.from('jpeg'));
    world.deliver('01012345678', { subject: 'c', text: 'd' });
    expect((await get('/v1/phones')).body).toEqual({ mobiles: ['01012345678'] });
    const { messages } = (await get('/v1/phones/01012345678/messages')).body;
    expect(messages).toMatchObject([
      { number: 2, subject: 'c', text: 'd', hasJpeg: false },
      { number: 1, subject: 'a', text: 'b', hasJpeg: true },
    ]);
    const picture = await world.app.inject('/v1/phones/01012345678/messages/1/picture');
    expect(picture.headers['content-type']).toBe('image/jpeg');
    expect(picture.body).toBe('jpeg');
    expect((await get('/v1/phones/01012345678/messages/2/picture')).status).toBe(404);
    expect((await get('/v1/phones/..%2Fx/messages')).status).toBe(400);
  });

  it('closes a day at every company, and shows what each then says of it', async () => {
    for (const company of companyNames)
      await world.companies.book(company, event(1, 'sale', 'card', 12_345), shop, day);
    expect((await close(day)).json()).toEqual({ businessDate: day, closed: true });
    await world.companies.settle();
    const { body } = await get(`/v1/settlement-days/${day}`);
    const said = body.companies.flatMap(({ company, statements }: { company: string; statements: never[] }) =>
      statements.map(({ hop, direction, state }) => `${company} ${hop} ${direction} ${state}`),
    );
    expect(said).toEqual([
      'card S13 sent paid',
      'pg S13 received paid',
      'pg S14 sent paid',
      'operator S14 received paid',
      'operator S15 sent presented',
    ]);
    for (const { balances, problem } of body.companies) {
      expect(balances.reduce((sum: number, each: { amountWon: number }) => sum + each.amountWon, 0)).toBe(0);
      expect(problem).toBeNull();
    }
    const { statementId } = body.companies[0].statements[0];
    const detail = (await get(`/v1/companies/card/statements/${statementId}`)).body;
    expect(detail.statement.totals).toMatchObject({ chargedWon: 12_345 });
    const lines = (await get(`/v1/companies/card/statements/${statementId}/lines`)).body;
    expect(lines).toMatchObject({ lines: [{ chargedWon: 12_345 }], next: null });
    expect((await get(`/v1/companies/pg/statements/${randomUUID()}`)).status).toBe(400);
    const [line] = lines.lines;
    const { companies } = (await get(`/v1/reconciliation/${line.paymentId}`)).body;
    for (const { company, trace, problem } of companies) {
      expect(problem).toBeNull();
      expect(trace).toMatchObject({ company, entries: [{ kind: 'sale', split: { chargedWon: 12_345 } }] });
    }
    const receipt = encodeURIComponent(`SR1:${line.paymentId}`);
    const found = (await get(`/v1/search?find=${receipt}`)).body;
    expect(found).toMatchObject({
      events: [{ paymentId: line.paymentId, kind: 'sale' }],
      statements: [],
      problems: [],
    });
    const byAmount = (await get(`/v1/search?find=12%2C345&businessDate=${day}`)).body;
    expect(byAmount).toMatchObject({ events: [{ paymentId: line.paymentId }], isMore: false });
    expect((await get('/v1/search?find=12345')).body).toMatchObject({ code: 'invalid_input' });
    const { debts } = (await get('/v1/debts')).body;
    expect(debts.filter(({ debtorWon }: { debtorWon: number | null }) => (debtorWon ?? 0) > 0)).toMatchObject([
      { debtor: 'operator', creditor: 'merchants' },
    ]);
  });

  it('passes the files of a statement on as they are', async () => {
    for (const company of companyNames)
      await world.companies.book(company, event(1, 'sale', 'card', 12_345), shop, day);
    await close(day);
    await world.companies.settle();
    const [row] = (await get(`/v1/settlement-days/${day}`)).body.companies[0].statements;
    for (const [name, type] of [
      ['statement.json-lines', 'text/plain'],
      ['statement.csv', 'text/csv'],
      ['statement.pdf', 'application/pdf'],
    ] as const) {
      const passed = await world.app.inject(`/v1/companies/card/statements/${row.statementId}/${name}`);
      const url = `/v1/settlement/statements/${row.statementId}/${name}`;
      const own = await world.companies.companies.card.app.inject(url);
      expect(passed.rawPayload.equals(own.rawPayload)).toBe(true);
      expect(passed.headers['content-type']).toContain(type);
      expect(passed.headers['content-disposition']).toBe(own.headers['content-disposition']);
    }
    // What the company refuses is refused with its code.
    const elsewhere = await get(`/v1/companies/operator/statements/${row.statementId}/statement.csv`);
    expect(elsewhere).toMatchObject({ status: 404, body: { code: 'not_found' } });
    world.unplug('card');
    const gone = await get(`/v1/companies/card/statements/${row.statementId}/statement.csv`);
    expect(gone).toMatchObject({ status: 503, body: { code: 'upstream_unavailable' } });
  });

  it('names the company that refuses to close, and its reason', async () => {
    world.companies.companies.pg.openDates.add(day);
    const refused = await close(day);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ code: 'date_open_payments', detail: expect.stringContaining('pg') });
  });

  it('shows the others while one company is down', async () => {
    world.unplug('pg');
    const { body } = await get(`/v1/settlement-days/${day}`);
    expect(body.companies.map(({ problem }: { problem: string | null }) => problem)).toEqual([
      null,
      'upstream_unavailable',
      null,
    ]);
    expect((await get(`/v1/search?find=1&businessDate=${day}`)).body).toMatchObject({
      problems: [{ company: 'pg', code: 'upstream_unavailable' }],
    });
    expect((await close(day)).json()).toMatchObject({ code: 'upstream_unavailable' });
  });
});
