import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { openStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { findStatementFaults, type StatementFault } from '@scanpay/shared/settlement/statement.ts';
import { createStatementAssembler } from '@scanpay/shared/settlement/statement-assembly.ts';
import { maxStatementParts, statementPartChars } from '@scanpay/shared/settlement/statement-part.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MerchantAnswer, MerchantDesk } from './merchant-desk.ts';
import { event, otherShop, shop, viewWorld } from './testing/payment-day.ts';
import { createSettlementWorld, partsOf, type SettlementWorld } from './testing/settlement-world.ts';

const till = 'box-till' as DeviceId;
const bar = 'box-bar' as DeviceId;

let world: SettlementWorld;
const { balances, book, closeAndSettle, errors, states } = viewWorld(() => world);
beforeEach(async () => {
  world = await createSettlementWorld();
  world.boxes.set(shop, [till, bar]);
});
afterEach(() => world.dispose());

const desk = (): MerchantDesk => world.companies.operator.settlement.merchantDesk!;
const statesToldTo = (box: DeviceId) =>
  world.sentToBoxes.flatMap(({ deviceId, message }) =>
    deviceId === box && message.type === 'settlement.state' ? [message.state] : [],
  );

/** What a box does with the parts it got: the text, and the statement if the operator signed it. */
async function assemble(box: DeviceId) {
  const assembler = createStatementAssembler();
  let jws: string | null = null;
  for (const part of partsOf(world, box)) {
    const added = assembler.add(part);
    if (added.ok && added.value !== null) jws = added.value;
  }
  const opened = await openStatement(jws ?? '', world.operatorKey);
  if (!opened.ok) throw new Error(opened.code);
  return opened.value;
}

async function answer(
  verdict: 'approved' | 'disputed',
  from: { deviceId?: DeviceId; merchantId?: MerchantId; sha256?: string; faults?: StatementFault[] } = {},
) {
  const { statement, sha256 } = await assemble(till);
  const message: MerchantAnswer = {
    deviceId: from.deviceId ?? till,
    merchantId: from.merchantId ?? shop,
    answer: {
      statementId: statement.statementId,
      statementSha256: from.sha256 ?? sha256,
      answer: verdict,
      faults: from.faults ?? [],
    },
    answerJws: `signed by ${from.deviceId ?? till}`,
  };
  return desk().answer(message);
}

describe('S15', () => {
  beforeEach(async () => {
    await book(event(1, 'sale', 'card', 12_345));
    await book(event(2, 'sale', 'cash', 10_000));
    await book(event(3, 'sale', 'card', 99_999), otherShop);
    await closeAndSettle();
  });

  it("goes to every box of the merchant, signed, with that merchant's lines only", async () => {
    for (const box of [till, bar]) {
      const { statement } = await assemble(box);
      expect(statement).toMatchObject({ hop: 'S15', sender: 'operator', receiver: 'm-1' });
      expect(
        findStatementFaults(statement, [event(1, 'sale', 'card', 12_345), event(2, 'sale', 'cash', 10_000)]),
      ).toEqual([]);
      expect(statement.totals.payableWon).toBe(11_420 - 570);
    }
  });

  it('is paid out, net of cash fees, when the merchant approves; all boxes learn of it', async () => {
    expect(await answer('approved')).toMatchObject({ ok: true, value: { state: 'paid' } });
    expect(await states('operator')).toContain('S15 sent m-1 paid');
    // The other merchant has not approved: its 92,501 are still owed.
    expect(await balances('operator')).toEqual({
      'fee-income': -(617 + 500 + 4_999),
      'merchant-payable': -(99_999 - 1_799 - 699 - 4_999),
      bank: 617 + 500 + 4_999 + (99_999 - 1_799 - 699 - 4_999),
    });
    expect([statesToldTo(till), statesToldTo(bar)]).toEqual([['paid'], ['paid']]);
  });

  it('counts the first answer; every later one gets what came of it', async () => {
    await answer('approved');
    const paid = await balances('operator');
    const late = { deviceId: bar, faults: [{ theirs: null, ours: null }] };
    expect(await answer('disputed', late)).toMatchObject({ ok: true, value: { state: 'paid' } });
    expect(await answer('approved')).toMatchObject({ ok: true, value: { state: 'paid' } });
    expect(await balances('operator')).toEqual(paid);
    const [row] = await world.companies.operator.db
      .selectFrom('statements')
      .select('answer_jws')
      .where('receiver', '=', shop)
      .execute();
    expect(row?.answer_jws).toBe('signed by box-till');
  });

  it('pays once when two boxes approve at the same moment', async () => {
    const both = await Promise.all([answer('approved'), answer('approved', { deviceId: bar })]);
    expect(both).toMatchObject([{ value: { state: 'paid' } }, { value: { state: 'paid' } }]);
    const payouts = await world.companies.operator.db
      .selectFrom('ledger_entries')
      .select('entry_key')
      .where('kind', '=', 'payout')
      .execute();
    expect(payouts).toHaveLength(2);
  });

  it('is not paid when the merchant disputes', async () => {
    const { statement } = await assemble(till);
    const faults = findStatementFaults(statement, [event(1, 'sale', 'card', 12_345)]);
    expect(await answer('disputed', { faults })).toMatchObject({ ok: true, value: { state: 'disputed' } });
    expect(await states('operator')).toContain('S15 sent m-1 disputed');
    expect(await balances('operator')).toHaveProperty('merchant-receivable', 570);
    const rows = await world.companies.operator.settlement.listStatements(statement.businessDate);
    expect(rows.find((row) => row.receiver === shop)?.faults).toEqual(faults);
    expect(errors()).toHaveLength(1);
  });

  it('refuses an answer to another text, of another merchant, to nothing, and an approval with faults', async () => {
    expect(await answer('approved', { sha256: sha256Base64Url('x') })).toMatchObject({ code: 'statement_mismatch' });
    expect(await answer('approved', { merchantId: otherShop })).toMatchObject({ code: 'not_found' });
    const faults = [{ theirs: null, ours: null }];
    expect(await answer('approved', { faults })).toMatchObject({ code: 'invalid_input' });
    const [s14] = await world.companies.operator.settlement.listStatements('2026-11-23' as BusinessDate);
    const toReceived: MerchantAnswer = {
      deviceId: till,
      merchantId: shop,
      answer: { statementId: s14!.statementId, statementSha256: sha256Base64Url('x'), answer: 'approved', faults: [] },
      answerJws: '',
    };
    expect(await desk().answer(toReceived)).toMatchObject({ code: 'not_found' });
    expect(await states('operator')).toContain('S15 sent m-1 presented');
  });

  it('is presented again while it is unanswered, and not afterwards', async () => {
    await desk().presentPending(shop);
    expect(partsOf(world, bar)).toHaveLength(2);
    await world.restart('operator');
    await world.settle();
    expect(partsOf(world, bar)).toHaveLength(3);
    await answer('approved');
    await desk().presentPending(shop);
    await world.restart('operator');
    await world.settle();
    expect(partsOf(world, bar)).toHaveLength(3);
  });

  it('pays after a restart what was approved just before a crash', async () => {
    await world.companies.operator.db
      .updateTable('statements')
      .set({ state: 'approved' })
      .where('receiver', '=', shop)
      .execute();
    await world.restart('operator');
    await world.settle();
    expect(await states('operator')).toContain('S15 sent m-1 paid');
    expect(statesToldTo(till)).toEqual(['paid']);
  });
});

describe('a large S15', () => {
  it('comes in parts and adds up', async () => {
    for (let n = 0; n < 200; n += 1) await book(event(n, 'sale', 'card', 1_000 + n));
    await closeAndSettle();
    const parts = partsOf(world, till);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map((part) => part.part)).toEqual(parts.map((_, index) => index + 1));
    const { statement } = await assemble(till);
    expect(statement.lines).toHaveLength(200);
    expect(await answer('approved')).toMatchObject({ ok: true, value: { state: 'paid' } });
  });

  it('is refused with a code and an alarm when no box could take it, and does not hold up other merchants', async () => {
    world.boxes.set(otherShop, ['box-other' as DeviceId]);
    await book(event(1, 'sale', 'card', 12_345));
    await book(event(2, 'sale', 'card', 20_000), otherShop);
    await closeAndSettle();
    // 9,000 lines take too long to book here; the stored text alone decides.
    const tooLarge = 'a'.repeat(statementPartChars * maxStatementParts + 1);
    await world.companies.operator.db
      .updateTable('statements')
      .set({ statement_jws: tooLarge })
      .where('receiver', '=', shop)
      .execute();
    world.sentToBoxes.length = 0;
    await world.restart('operator');
    await world.settle();
    expect(world.sentToBoxes.map((sent) => sent.deviceId)).toEqual(['box-other']);
    expect(errors()).toMatchObject([{ fields: { code: 'too_large', receiver: 'm-1' } }]);
    expect(world.scheduler.pendingCount()).toBe(0);
  });
});
