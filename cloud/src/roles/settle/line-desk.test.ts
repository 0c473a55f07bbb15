import type { DeviceId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import type { LineName } from '@scanpay/shared/settlement/line-act.ts';
import { makeStatementLines, type StatementFault } from '@scanpay/shared/settlement/statement.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { atAnyTime } from '../../core/audit/testing/dated.ts';
import { auditBook } from '../../core/settle/audit-book.ts';
import { createBookReader } from '../../drivers/sql/ledger/chain.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import type { Company } from '../../ports/ledger.ts';
import { boxKeysOf, signBoxAccept, signBoxAnswer } from './testing/box-words.ts';
import { companyNames, event, paymentId, shop, viewWorld } from './testing/payment-day.ts';
import { createSettlementWorld, makeSigner, partsOf, type SettlementWorld } from './testing/settlement-world.ts';

const till = 'box-till' as DeviceId;

let world: SettlementWorld;
const { balances, book, closeAndSettle, statements, states } = viewWorld(() => world);
beforeEach(async () => {
  world = await createSettlementWorld();
});
afterEach(() => world.dispose());

const sale = (n: number): LineName => ({ kind: 'sale', paymentId: paymentId(n), cancelId: null });
const deskOf = (company: Company) => world.companies[company].settlement.lineDesk;
async function rowOf(company: Company, hop: string) {
  const row = (await statements(company)).find((each) => each.hop === hop);
  if (row === undefined) throw new Error(`${company} has no ${hop}`);
  return row;
}
/** Settles one line from one side, by its HTTP route, and lets it come through. */
async function settle(company: Company, hop: string, line: LineName, note = ''): Promise<number> {
  const { statementId } = await rowOf(company, hop);
  const url = `/v1/settlement/statements/${statementId}/lines/settle`;
  const reply = await world.companies[company].app.inject({ method: 'POST', url, payload: { line, note } });
  await world.settle();
  return reply.statusCode;
}
const outcomes = async (company: Company, hop: string) =>
  (await rowOf(company, hop)).settledLines.map(({ by, outcome, state, agreed }) => [
    by,
    outcome,
    state,
    agreed?.payableWon ?? 0,
  ]);
describe('a disputed line between companies', () => {
  /** The card company states 20,000 for a payment of which the PG has 20,500; all else agrees. */
  beforeEach(async () => {
    await book(event(1, 'sale', 'card', 10_000));
    await book(event(2, 'sale', 'card', 20_000), shop, ['card']);
    await book(event(2, 'sale', 'card', 20_500), shop, ['pg', 'operator']);
    await closeAndSettle();
    expect(await states('card')).toEqual(['S13 sent pg part-paid']);
  });
  const openWon = async (company: Company, account: string) => (await balances(company))[account] ?? 0;

  it('is paid as the sender stated it when the receiver accepts, who bears the difference', async () => {
    expect(await settle('pg', 'S13', sale(2), '카드사 금액이 맞음')).toBe(200);
    const fee = 180 / 10_000;
    const theirs = 20_000 - 20_000 * fee;
    const ours = 20_500 - 20_500 * fee;
    for (const company of ['card', 'pg'] as const) {
      expect(await outcomes(company, 'S13')).toEqual([['pg', 'accepted', 'settled', theirs]]);
      expect((await rowOf(company, 'S13')).settledLines[0]?.note).toBe('카드사 금액이 맞음');
    }
    expect(await openWon('card', 'pg-payable')).toBe(0);
    expect(await openWon('pg', 'card-receivable')).toBe(0);
    expect(await openWon('pg', 'settlement-difference')).toBe(ours - theirs);
    expect(await openWon('card', 'settlement-difference')).toBe(0);
  });

  it('is paid as the receiver has it when the sender corrects, who bears the difference', async () => {
    expect(await settle('card', 'S13', sale(2))).toBe(200);
    for (const company of ['card', 'pg'] as const) {
      expect((await outcomes(company, 'S13'))[0]?.slice(0, 3)).toEqual(['card', 'corrected', 'settled']);
    }
    expect(await openWon('card', 'pg-payable')).toBe(0);
    expect(await openWon('pg', 'card-receivable')).toBe(0);
    expect(await openWon('card', 'settlement-difference')).toBe(20_500 - 369 - (20_000 - 360));
    expect(await openWon('pg', 'settlement-difference')).toBe(0);
  });

  it('is settled once, whatever is lost on the way, and across restarts', async () => {
    world.disturbances.push('lost answer', 'lost request', 'lost answer');
    await settle('pg', 'S13', sale(2));
    expect(await settle('pg', 'S13', sale(2))).toBe(200);
    expect(await settle('card', 'S13', sale(2))).toBe(409);
    const before = await balances('card');
    expect(await outcomes('card', 'S13')).toHaveLength(1);
    for (const company of companyNames) await world.restart(company);
    await world.settle();
    expect(await balances('card')).toEqual(before);
  });

  it('goes on after a restart where the other side was not reached', async () => {
    world.isCut = true;
    const { statementId } = await rowOf('pg', 'S13');
    await deskOf('pg').settle(statementId, sale(2), '');
    expect((await outcomes('pg', 'S13'))[0]?.[2]).toBe('proposed');
    await world.restart('pg');
    world.isCut = false;
    await world.settle();
    expect((await outcomes('pg', 'S13'))[0]?.[2]).toBe('settled');
    expect((await outcomes('card', 'S13'))[0]?.[2]).toBe('settled');
  });

  it('ends as the sender says where both give way at once', async () => {
    world.isCut = true;
    const { statementId } = await rowOf('pg', 'S13');
    await deskOf('pg').settle(statementId, sale(2), '');
    await deskOf('card').settle(statementId, sale(2), '');
    world.isCut = false;
    await world.settle();
    for (const company of ['card', 'pg'] as const) {
      expect((await outcomes(company, 'S13')).map((each) => each.slice(0, 3))).toEqual([
        ['card', 'corrected', 'settled'],
      ]);
    }
    expect(await openWon('card', 'pg-payable')).toBe(0);
    expect(await openWon('pg', 'card-receivable')).toBe(0);
  });

  it('is refused where there is none, and for an act that somebody else signed', async () => {
    expect(await settle('pg', 'S13', sale(1))).toBe(404);
    expect(await settle('operator', 'S14', sale(2))).toBe(409);
    const { statementId } = await rowOf('card', 'S13');
    const forged = `${makeSigner('pg-1').signer.kid}`;
    const payload = { actJws: `${forged}.${forged}.${forged}` };
    const url = `/v1/statements/${statementId}/line-acts`;
    const reply = await world.companies.card.app.inject({ method: 'POST', url, payload });
    expect(reply.statusCode).toBe(401);
    expect(await outcomes('card', 'S13')).toEqual([]);
  });

  it('stands up to the audit of both books, and an altered act of it does not', async () => {
    await settle('card', 'S13', sale(2));
    for (const company of ['card', 'pg'] as const) expect((await auditOf(company)).finding).toBeNull();
    const { db } = world.companies.pg;
    const row = await db.selectFrom('statements').selectAll().where('hop', '=', 'S13').executeTakeFirstOrThrow();
    const altered = row.settled_json.replace('"corrected"', '"accepted"');
    await db.updateTable('statements').set({ settled_json: altered }).where('hop', '=', 'S13').execute();
    expect((await auditOf('pg')).finding).toMatchObject({ what: 'statement', reason: 'act-differs', line: sale(2) });
  });
});

function auditOf(company: Company) {
  const { db } = world.companies[company];
  const keys = atAnyTime(world.resolveKey);
  const store = createSettlementStore(db);
  const trust = { ownKeys: keys, senderKeys: keys, receiverKeys: keys, boxKeys: boxKeysOf };
  return auditBook({ company, book: createBookReader(db), store, trust });
}

describe('a disputed line of a shop', () => {
  const disputed = async (theirs: number, ours: number | null) => {
    await book(event(1, 'sale', 'card', 10_000), shop, companyNames, till);
    await book(event(2, 'sale', 'card', theirs), shop, companyNames, till);
    await closeAndSettle();
    const { statementId } = await rowOf('operator', 'S15');
    const [line] = makeStatementLines('S15', [event(2, 'sale', 'card', theirs)]);
    const own = ours === null ? undefined : makeStatementLines('S15', [event(2, 'sale', 'card', ours)])[0];
    const faults: StatementFault[] = [{ theirs: line ?? null, ours: own ?? null }];
    const [part] = partsOf(world, till);
    const statementSha256 = part?.statementSha256 ?? '';
    const from = { deviceId: till, merchantId: shop };
    const answer = { statementId, statementSha256, answer: 'disputed' as const, faults };
    const answerJws = await signBoxAnswer(till, answer, world.scheduler.nowMs());
    await world.companies.operator.settlement.merchantDesk?.answer({ ...from, answer, answerJws });
    await world.settle();
    expect((await rowOf('operator', 'S15')).state).toBe('part-paid');
    return { statementId, statementSha256, ...from };
  };
  const toldLines = () =>
    world.sentToBoxes.flatMap(({ message }) => (message.type === 'settlement.lines' ? message.lines : []));
  const dueWon = () => createSettlementStore(world.companies.operator.db).readDueWon(shop);

  it('is due as stated when the merchant accepts it on its box, and paid with the next payout', async () => {
    const { statementId, statementSha256, ...from } = await disputed(20_000, 20_500);
    expect(await dueWon()).toBe(0);
    const accepts = { statementId, statementSha256, line: sale(2) };
    const acceptJws = await signBoxAccept(till, accepts, world.scheduler.nowMs());
    const taken = await deskOf('operator').takeAccept({ ...from, accept: accepts, acceptJws });
    expect(taken.ok).toBe(true);
    // 20,000 less 7.5 %.
    expect(await dueWon()).toBe(18_500);
    expect(toldLines()).toMatchObject([{ by: shop, outcome: 'accepted', state: 'settled' }]);
    expect((await balances('operator'))['settlement-difference']).toBeUndefined();
    expect((await auditOf('operator')).finding).toBeNull();
    const again = await deskOf('operator').takeAccept({ ...from, accept: accepts, acceptJws });
    expect(again.ok).toBe(true);
    expect(await dueWon()).toBe(18_500);
  });

  it('is corrected by the operator, or withdrawn where the shop has none; the box is told', async () => {
    await disputed(20_000, null);
    expect(await settle('operator', 'S15', sale(2), '단말기 기록 없음')).toBe(200);
    expect(await dueWon()).toBe(0);
    expect(toldLines()).toMatchObject([
      { by: 'operator', outcome: 'corrected', agreed: null, note: '단말기 기록 없음' },
    ]);
    expect((await balances('operator'))['settlement-difference']).toBe(-18_500);
    expect((await balances('operator'))['merchant-payable']).toBeUndefined();
    expect((await auditOf('operator')).finding).toBeNull();
  });

  it('is told only to the box whose statement it is, and taken only from it', async () => {
    const { statementId, statementSha256, ...from } = await disputed(20_000, 20_500);
    const accepts = { statementId, statementSha256, line: sale(2) };
    const other = { ...from, deviceId: 'box-bar' as DeviceId };
    expect(await deskOf('operator').takeAccept({ ...other, accept: accepts, acceptJws: 'x' })).toMatchObject({
      ok: false,
      code: 'not_found',
    });
    const sha256 = { ...accepts, statementSha256: 'B'.repeat(43) };
    expect(await deskOf('operator').takeAccept({ ...from, accept: sha256, acceptJws: 'x' })).toMatchObject({
      code: 'statement_mismatch',
    });
    await deskOf('operator').tellBox('box-bar' as DeviceId, [statementId]);
    expect(toldLines()).toEqual([]);
    expect(won(await dueWon())).toBe(0);
  });
});
