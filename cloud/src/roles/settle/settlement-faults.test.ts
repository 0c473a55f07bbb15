import { signStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { companyNames, day, event, paymentId, shop, viewWorld } from './testing/payment-day.ts';
import { createSettlementWorld, type SettlementWorld } from './testing/settlement-world.ts';

let world: SettlementWorld;
const { balances, book, closeAndSettle, errors, statements, states } = viewWorld(() => world);
beforeEach(async () => {
  world = await createSettlementWorld();
});
afterEach(() => world.dispose());

describe('a hop that fails', () => {
  it.each([
    ['lost request', 'lost request'],
    ['lost answer', 'lost answer'],
    ['lost answer', 'lost answer', 'lost answer', 'lost answer', 'lost request', 'lost answer'],
  ] as const)('is tried again and books once: %s, %s', async (...disturbances) => {
    await book(event(1, 'sale', 'card', 10_000));
    world.disturbances.push(...disturbances);
    await closeAndSettle();
    expect(world.disturbances).toEqual([]);
    expect(await states('pg')).toEqual(['S13 received pg paid', 'S14 sent operator paid']);
    expect(await balances('pg')).toEqual({ 'fee-income': -70, bank: 70 });
    expect(await balances('card')).toEqual({ 'cardholder-receivable': 10_000, 'fee-income': -180, bank: -9_820 });
  });

  it('is taken up again after a restart, wherever it stood', async () => {
    await book(event(1, 'sale', 'card', 10_000));
    world.isCut = true;
    await closeAndSettle();
    expect(await states('card')).toEqual(['S13 sent pg presented']);
    // One call at a time gets through: S13 presented, S14 presented, each told as paid; then the power fails again.
    for (let calls = 0; calls < 4; calls += 1) {
      world.isCut = false;
      world.disturbances = ['none', ...Array.from({ length: 50 }, () => 'lost request' as const)];
      for (const company of companyNames) {
        await world.restart(company);
        for (const each of companyNames) await world.companies[each].settlement.whenIdle();
      }
    }
    expect(world.scheduler.pendingCount()).toBe(0);
    expect(await states('card')).toEqual(['S13 sent pg paid']);
    expect(await states('operator')).toEqual(['S14 received operator paid', 'S15 sent m-1 presented']);
    expect(await balances('pg')).toEqual({ 'fee-income': -70, bank: 70 });
  });

  it('makes what a crash between two steps left unmade', async () => {
    await book(event(1, 'sale', 'card', 10_000));
    await world.companies.operator.settlement.close(day);
    await world.companies.pg.settlement.close(day);
    // Closed, and the process dies before S13 exists.
    await world.companies.card.db.insertInto('closed_dates').values({ business_date: day, closed_at_ms: 1 }).execute();
    await world.restart('card');
    await world.settle();
    expect(await states('operator')).toEqual(['S14 received operator paid', 'S15 sent m-1 presented']);
    // S14 approved, and the process dies before S15 exists.
    await world.companies.operator.db.deleteFrom('statements').where('hop', '=', 'S15').execute();
    await world.companies.operator.db.updateTable('statements').set({ onward_made: 0 }).execute();
    await world.restart('operator');
    await world.settle();
    expect(await states('operator')).toEqual(['S14 received operator paid', 'S15 sent m-1 presented']);
  });
});

describe('books that disagree', () => {
  it.each([
    ['a charge the PG knows nothing of', [1, 2], [1]],
    ['a charge the card company knows nothing of', [1], [1, 2]],
  ])('are found at S13: %s', async (_what, cardPayments, pgPayments) => {
    for (const n of cardPayments) await book(event(n, 'sale', 'card', 10_000), shop, ['card']);
    for (const n of pgPayments) await book(event(n, 'sale', 'card', 10_000), shop, ['pg', 'operator']);
    await closeAndSettle();
    expect(await states('card')).toEqual(['S13 sent pg part-paid']);
    expect((await states('pg'))[0]).toBe('S13 received pg part-paid');
    for (const company of ['card', 'pg'] as const) {
      const [row] = await statements(company);
      expect(row?.faults).toHaveLength(1);
      expect((row?.faults[0]?.theirs ?? row?.faults[0]?.ours)?.paymentId).toBe(paymentId(2));
    }
    // What both know of is paid all the same.
    expect((await balances('card')).bank).toBe(-9_820);
    expect((await statements('pg'))[0]?.paidWon).toBe(9_820);
    expect(errors().map((line) => line.text)).toHaveLength(2);
  });

  it('are found at S14 when an amount differs, and only the rest is paid', async () => {
    await book(event(1, 'sale', 'card', 10_000));
    await book(event(2, 'sale', 'card', 20_000), shop, ['card', 'pg']);
    await book(event(2, 'sale', 'card', 20_001), shop, ['operator']);
    await closeAndSettle();
    expect(await states('card')).toEqual(['S13 sent pg paid']);
    expect((await states('operator'))[0]).toBe('S14 received operator part-paid');
    const [row] = await statements('operator');
    expect(row?.faults).toMatchObject([
      {
        theirs: { paymentId: paymentId(2), chargedWon: 20_000 },
        ours: { paymentId: paymentId(2), chargedWon: 20_001 },
      },
    ]);
    expect((await balances('operator')).bank).toBe(10_000 - 180 - 70);
  });

  it('are not paid on at all when the sums themselves are wrong, or the sender shows other lines than it signed', async () => {
    await book(event(1, 'sale', 'card', 10_000));
    const { db } = world.companies.card;
    await world.companies.operator.settlement.close(day);
    await world.companies.pg.settlement.close(day);
    world.isCut = true;
    await world.companies.card.settlement.close(day);
    await world.companies.card.settlement.whenIdle();
    const [row] = await statements('card');
    const { statement } = (await world.companies.card.settlement.findStatement(row!.statementId))!;
    const lie = { ...statement, linesSha256: sha256Base64Url('other lines') };
    const jws = await signStatement(lie, world.companies.card.signer);
    await db
      .updateTable('statements')
      .set({ statement_jws: jws, statement_sha256: sha256Base64Url(jws) })
      .execute();
    world.isCut = false;
    await world.settle();
    expect(await states('card')).toEqual(['S13 sent pg disputed']);
    expect((await statements('pg'))[0]?.faults).toEqual([{ theirs: null, ours: null }]);
    expect(await balances('card')).not.toHaveProperty('bank');
  });
});
