import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { makeStatementLines, type StatementFault } from '@scanpay/shared/settlement/statement.ts';
import { createStatementAssembler } from '@scanpay/shared/settlement/statement-assembly.ts';
import { findLineFaults, wholeFault } from '@scanpay/shared/settlement/statement-faults.ts';
import { maxStatementParts, statementPartChars } from '@scanpay/shared/settlement/statement-part.ts';
import { openStatementText } from '@scanpay/shared/settlement/statement-text.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MerchantAnswer, MerchantDesk } from './merchant-desk.ts';
import { companyNames, event, otherShop, shop, viewWorld } from './testing/payment-day.ts';
import { boxOf, createSettlementWorld, partsOf, type SettlementWorld } from './testing/settlement-world.ts';

const till = 'box-till' as DeviceId;
const bar = 'box-bar' as DeviceId;

let world: SettlementWorld;
const { balances, book, closeAndSettle, errors, states } = viewWorld(() => world);
beforeEach(async () => {
  world = await createSettlementWorld();
});
afterEach(() => world.dispose());

const desk = (): MerchantDesk => world.companies.operator.settlement.merchantDesk!;
const statesToldTo = (box: DeviceId) =>
  world.sentToBoxes.flatMap(({ deviceId, message }) =>
    deviceId === box && message.type === 'settlement.state' ? [message.state] : [],
  );

/** What a box does with the parts it got: the statement and its lines, if the operator signed them. */
async function assemble(box: DeviceId) {
  const assembler = createStatementAssembler();
  let text: string | null = null;
  for (const part of partsOf(world, box)) {
    const added = assembler.add(part);
    if (added.ok && added.value !== null) text = added.value;
  }
  const opened = await openStatementText(text ?? '', world.operatorKey);
  if (!opened.ok) throw new Error(opened.code);
  return opened.value;
}

async function answer(
  verdict: 'approved' | 'disputed',
  from: {
    of?: DeviceId;
    deviceId?: DeviceId;
    merchantId?: MerchantId;
    sha256?: string;
    faults?: StatementFault[];
  } = {},
) {
  const { statement, sha256 } = await assemble(from.of ?? till);
  const message: MerchantAnswer = {
    deviceId: from.deviceId ?? from.of ?? till,
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
    await book(event(1, 'sale', 'card', 12_345), shop, companyNames, till);
    await book(event(2, 'sale', 'cash', 10_000), shop, companyNames, till);
    await book(event(3, 'sale', 'card', 99_999), otherShop);
    await book(event(4, 'sale', 'card', 20_000), shop, companyNames, bar);
    await closeAndSettle();
  });

  it("goes to each box, signed, with that box's lines only", async () => {
    const expected = { [till]: [event(1, 'sale', 'card', 12_345), event(2, 'sale', 'cash', 10_000)] };
    for (const [box, events] of Object.entries({ ...expected, [bar]: [event(4, 'sale', 'card', 20_000)] })) {
      const { statement, lines } = await assemble(box as DeviceId);
      expect(statement).toMatchObject({ hop: 'S15', sender: 'operator', receiver: 'm-1', deviceId: box });
      expect(findLineFaults(lines, makeStatementLines('S15', events))).toEqual([]);
    }
    expect((await assemble(till)).statement.totals.payableWon).toBe(11_420 - 570);
  });

  it('is paid out, net of cash fees, when the merchant approves; the box learns of it', async () => {
    expect(await answer('approved')).toMatchObject({ ok: true, value: { state: 'paid' } });
    expect(await states('operator')).toContain('S15 sent m-1 paid');
    // The other merchant and the other box have not approved: this is still owed.
    const owedWon = 99_999 - 1_799 - 699 - 4_999 + (20_000 - 360 - 140 - 1_000);
    const feesWon = 617 + 500 + 4_999 + 1_000;
    expect(await balances('operator')).toEqual({
      'fee-income': -feesWon,
      'merchant-payable': -owedWon,
      bank: feesWon + owedWon,
    });
    expect([statesToldTo(till), statesToldTo(bar)]).toEqual([['paid'], []]);
  });

  it('counts the first answer; every later one gets what came of it', async () => {
    await answer('approved');
    const paid = await balances('operator');
    expect(await answer('disputed', { faults: [wholeFault] })).toMatchObject({ ok: true, value: { state: 'paid' } });
    expect(await answer('approved')).toMatchObject({ ok: true, value: { state: 'paid' } });
    expect(await balances('operator')).toEqual(paid);
    const [row] = await world.companies.operator.db
      .selectFrom('statements')
      .select('answer_jws')
      .where('device_id', '=', till)
      .execute();
    expect(row?.answer_jws).toBe('signed by box-till');
  });

  it('pays once when it is approved twice at the same moment', async () => {
    const both = await Promise.all([answer('approved'), answer('approved')]);
    expect(both).toMatchObject([{ value: { state: 'paid' } }, { value: { state: 'paid' } }]);
    const payouts = await world.companies.operator.db
      .selectFrom('ledger_entries')
      .select('entry_key')
      .where('kind', '=', 'payout')
      .execute();
    expect(payouts).toHaveLength(2);
  });

  it('is paid but for the lines that the box disputes', async () => {
    const { statement, lines } = await assemble(till);
    const faults = findLineFaults(lines, makeStatementLines('S15', [event(1, 'sale', 'card', 12_345)]));
    expect(await answer('disputed', { faults })).toMatchObject({ ok: true, value: { state: 'part-paid' } });
    const rows = await world.companies.operator.settlement.listStatements(statement.businessDate);
    expect(rows.find((row) => row.deviceId === till)).toMatchObject({ state: 'part-paid', paidWon: 11_420, faults });
    // The fees of the disputed cash sale stay open.
    expect(await balances('operator')).toHaveProperty('merchant-receivable', 570);
    expect(statesToldTo(till)).toEqual(['part-paid']);
    expect(errors()).toHaveLength(1);
  });

  it('is not paid at all when it is disputed and no line is named', async () => {
    expect(await answer('disputed')).toMatchObject({ ok: true, value: { state: 'disputed' } });
    expect(await states('operator')).toContain('S15 sent m-1 disputed');
    expect(await balances('operator')).toHaveProperty('merchant-receivable', 570);
  });

  it('refuses faults of lines it never stated, which would raise what is paid', async () => {
    const { lines } = await assemble(till);
    const [first] = lines as [(typeof lines)[number]];
    const invented = { ...first, kind: 'cancel' as const, payableWon: won(-1_000_000) };
    for (const theirs of [invented, { ...first, payableWon: won(1) }]) {
      const faults = [{ theirs, ours: null }];
      expect(await answer('disputed', { faults })).toMatchObject({ code: 'statement_mismatch' });
    }
    const twice = { theirs: first, ours: null };
    expect(await answer('disputed', { faults: [twice, twice] })).toMatchObject({ code: 'statement_mismatch' });
    expect(await states('operator')).toContain('S15 sent m-1 presented');
  });

  it('refuses an answer to another text, of another merchant, to nothing, and an approval with faults', async () => {
    expect(await answer('approved', { sha256: sha256Base64Url('x') })).toMatchObject({ code: 'statement_mismatch' });
    expect(await answer('approved', { merchantId: otherShop })).toMatchObject({ code: 'not_found' });
    expect(await answer('approved', { deviceId: bar })).toMatchObject({ code: 'not_found' });
    const faults = [wholeFault];
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
    await desk().presentPending(till);
    expect(partsOf(world, till)).toHaveLength(2);
    await world.restart('operator');
    await world.settle();
    expect(partsOf(world, till)).toHaveLength(3);
    await answer('approved');
    await desk().presentPending(till);
    await world.restart('operator');
    await world.settle();
    expect(partsOf(world, till)).toHaveLength(3);
  });

  it('pays after a restart what was approved just before a crash', async () => {
    await world.companies.operator.db
      .updateTable('statements')
      .set({ state: 'approved' })
      .where('device_id', '=', till)
      .execute();
    await world.restart('operator');
    await world.settle();
    expect(await states('operator')).toContain('S15 sent m-1 paid');
    expect(statesToldTo(till)).toEqual(['paid']);
  });
});

describe('a large S15', () => {
  it('comes in parts and adds up', async () => {
    for (let n = 0; n < 200; n += 1) await book(event(n, 'sale', 'card', 1_000 + n), shop, companyNames, till);
    await closeAndSettle();
    const parts = partsOf(world, till);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map((part) => part.part)).toEqual(parts.map((_, index) => index + 1));
    expect((await assemble(till)).lines).toHaveLength(200);
    expect(await answer('approved')).toMatchObject({ ok: true, value: { state: 'paid' } });
  });

  it('is refused with a code and an alarm when the box could not take it, and does not hold up others', async () => {
    await book(event(1, 'sale', 'card', 12_345), shop, companyNames, till);
    await book(event(2, 'sale', 'card', 20_000), otherShop);
    await closeAndSettle();
    // 11,000 lines take too long to book here; the length of the stored text alone decides.
    const tooLarge = 'a'.repeat(statementPartChars * maxStatementParts + 1);
    await world.companies.operator.db
      .updateTable('statements')
      .set({ statement_jws: tooLarge })
      .where('device_id', '=', till)
      .execute();
    world.sentToBoxes.length = 0;
    await world.restart('operator');
    await world.settle();
    expect(world.sentToBoxes.map((sent) => sent.deviceId)).toEqual([boxOf(otherShop)]);
    expect(errors()).toMatchObject([{ fields: { code: 'too_large', receiver: 'm-1' } }]);
    expect(world.scheduler.pendingCount()).toBe(0);
  });
});
