import { createPublicKey } from 'node:crypto';
import type { LinePage } from '@scanpay/shared/api/settlement.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { type Result, refuse } from '@scanpay/shared/errors.ts';
import { won } from '@scanpay/shared/money.ts';
import { digestLines } from '@scanpay/shared/settlement/lines-digest.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import { signPaymentAdvice, signStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import type { Statement } from '@scanpay/shared/settlement/statement.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import { createStatementInbox } from './statement-inbox.ts';
import { day, event, paymentId, viewWorld } from './testing/payment-day.ts';
import { createSettlementWorld, makeSigner, type SettlementWorld } from './testing/settlement-world.ts';

let world: SettlementWorld;
const { balances, book, statements, states } = viewWorld(() => world);
beforeEach(async () => {
  world = await createSettlementWorld();
});
afterEach(() => world.dispose());

/** The card company's statement of the day, as it would present it, but for what is changed. */
function cardStatement(change: Partial<Statement> = {}): Statement {
  const { statement } = makeStatement({
    statementId: paymentId(77) as string as Statement['statementId'],
    hop: 'S13',
    sender: 'card',
    receiver: 'pg',
    deviceId: null,
    businessDate: day,
    events: [event(1, 'sale', 'card', 10_000)],
  });
  return { ...statement, ...change };
}
/** What a digest says that is not of these lines. */
const otherLines = { linesSha256: sha256Base64Url('other lines') };
const present = async (statement: Statement, signer = world.companies.card.signer) =>
  world.companies.pg.app.inject({
    method: 'POST',
    url: '/v1/statements',
    payload: { statementJws: await signStatement(statement, signer) },
  });

describe('POST /v1/statements', () => {
  beforeEach(async () => {
    await book(event(1, 'sale', 'card', 10_000));
    world.isCut = true;
  });

  it('approves what agrees, and answers the same again', async () => {
    await world.close(day);
    const first = await present(cardStatement());
    expect(first.json()).toEqual({
      ...{ statementId: paymentId(77), answer: 'approved', faults: [] },
      answerJws: expect.stringMatching(/^[^.]+\.[^.]+\.[^.]+$/),
    });
    expect((await present(cardStatement())).json()).toEqual(first.json());
    expect(await states('pg')).toContain('S13 received pg approved');
  });

  it('disputes other lines than its own and answers the same again', async () => {
    await world.close(day);
    const forged = cardStatement(otherLines);
    // Where they differ the sender has to show its lines; until it does there is no answer.
    expect((await present(forged)).statusCode).toBe(503);
    expect(await statements('pg')).toEqual([]);
    world.isCut = false;
    const first = await present(forged);
    // The card company has no such statement to show.
    expect(first.json()).toMatchObject({ answer: 'disputed', faults: [{ theirs: null, ours: null }] });
    expect((await present(forged)).json()).toEqual(first.json());
  });

  it('refuses a second, different statement for the same hop and date', async () => {
    await world.close(day);
    await present(cardStatement());
    const otherId = cardStatement({ statementId: paymentId(78) as string as Statement['statementId'] });
    expect((await present(otherId)).json()).toMatchObject({ code: 'statement_conflict' });
    const sameId = cardStatement({ totals: { chargedWon: won(1), feeWon: won(0), payableWon: won(1) } });
    expect((await present(sameId)).json()).toMatchObject({ code: 'statement_conflict' });
    expect(await states('pg')).toContain('S13 received pg approved');
  });

  it("refuses a statement id that names another date's statement", async () => {
    await world.close(day);
    await present(cardStatement());
    const before = '2026-11-22' as BusinessDate;
    await world.companies.pg.settlement.close(before);
    const reused = cardStatement({ businessDate: before, ...digestLines([]) });
    expect((await present(reused)).json()).toMatchObject({ code: 'statement_conflict', detail: 'statement id' });
  });

  it('refuses the wrong signer, and stores nothing', async () => {
    await world.close(day);
    for (const signer of [makeSigner('card-1').signer, makeSigner('card-9').signer, world.companies.pg.signer]) {
      const response = await present(cardStatement(), signer);
      expect([response.statusCode, response.json().code]).toEqual([401, 'signature_invalid']);
    }
    expect(await statements('pg')).toEqual([]);
  });

  it.each([{ hop: 'S14' }, { sender: 'operator' }, { receiver: 'operator' }] as Partial<Statement>[])(
    'refuses a statement that is not between these two: %o',
    async (change) => {
      await world.close(day);
      expect((await present(cardStatement(change))).json()).toMatchObject({ code: 'invalid_input' });
      expect(await statements('pg')).toEqual([]);
    },
  );

  it('waits for its own close', async () => {
    const response = await present(cardStatement());
    expect([response.statusCode, response.json().code]).toEqual([409, 'date_not_closed']);
  });

  it('is not there at the card company, which begins the chain', async () => {
    const response = await world.companies.card.app.inject({ method: 'POST', url: '/v1/statements', payload: {} });
    expect(response.statusCode).toBe(404);
  });
});

describe('a check that takes long', () => {
  it('is answered with "ask again" meanwhile, done once, and bounded', async () => {
    await book(event(1, 'sale', 'card', 10_000));
    world.isCut = true;
    await world.close(day);
    const { scheduler, companies } = world;
    let show: (lines: Result<LinePage>) => void = () => undefined;
    let asked = 0;
    const sender = {
      readLines: () => {
        asked += 1;
        return new Promise<Result<LinePage>>((resolve) => {
          show = resolve;
        });
      },
    };
    const inbox = createStatementInbox({
      company: 'pg',
      store: createSettlementStore(companies.pg.db),
      sender,
      resolveSenderKey: (kid) => (kid === 'card-1' ? createPublicKey(companies.card.signer.privateKey) : undefined),
      signer: companies.pg.signer,
      clock: scheduler,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      onAnswered: () => undefined,
    });
    const sign = (statement: Statement) => signStatement(statement, companies.card.signer);
    const receive = async (jws: string) => {
      const answer = inbox.receive(jws);
      await until(() => expect(scheduler.pendingCount()).toBeGreaterThan(0));
      scheduler.advance(3_000);
      return answer;
    };
    const jws = await sign(cardStatement(otherLines));
    expect(await receive(jws)).toMatchObject({ code: 'statement_pending' });
    expect(await receive(jws)).toMatchObject({ code: 'statement_pending' });
    expect(asked).toBe(1);
    show(refuse('not_found'));
    await inbox.whenIdle();
    expect(await inbox.receive(jws)).toMatchObject({ ok: true, value: { answer: 'disputed' } });
  });
});

describe('POST /v1/statements/:id/paid', () => {
  const pay = async (change: object = {}, signer = world.companies.card.signer, id: string = paymentId(77)) => {
    const advice = {
      v: 1 as const,
      statementId: paymentId(77) as string as Statement['statementId'],
      statementSha256: sha256Base64Url(await signStatement(cardStatement(), world.companies.card.signer)),
      payableWon: won(9_820),
      paidAtMs: 1_000,
      ...change,
    };
    const payload = { adviceJws: await signPaymentAdvice(advice, signer) };
    return world.companies.pg.app.inject({ method: 'POST', url: `/v1/statements/${id}/paid`, payload });
  };

  beforeEach(async () => {
    await book(event(1, 'sale', 'card', 10_000));
    world.isCut = true;
    await world.close(day);
  });

  it('books the money once, however often it is said', async () => {
    await present(cardStatement());
    expect((await pay()).json()).toEqual({ statementId: paymentId(77), paid: true });
    await pay();
    expect(await balances('pg')).toMatchObject({ bank: 9_820 });
    expect(await balances('pg')).not.toHaveProperty('card-receivable');
  });

  it.each([
    ['another amount', { payableWon: 9_819 }, 'statement_mismatch'],
    ['another text', { statementSha256: sha256Base64Url('another') }, 'statement_mismatch'],
    ['another statement than its address', { statementId: paymentId(78) }, 'invalid_input'],
  ])('refuses %s', async (_what, change, code) => {
    await present(cardStatement());
    expect((await pay(change)).json()).toMatchObject({ code });
    expect(await balances('pg')).not.toHaveProperty('bank');
  });

  it('refuses another signer, an unknown statement and a disputed one', async () => {
    expect((await pay()).json()).toMatchObject({ code: 'not_found' });
    world.isCut = false;
    await present(cardStatement(otherLines));
    world.isCut = true;
    expect((await pay({}, makeSigner('card-1').signer)).json()).toMatchObject({ code: 'signature_invalid' });
    const [stored] = await statements('pg');
    const detail = await world.companies.pg.settlement.findStatement(stored!.statementId);
    const disputed = await pay({ statementSha256: sha256Base64Url(detail!.statementJws) });
    expect(disputed.json()).toMatchObject({
      code: 'statement_mismatch',
      detail: 'nothing of the statement is agreed on',
    });
    expect(await balances('pg')).toHaveProperty('card-receivable', 9_820);
  });
});
