import { type BusinessDate, businessDateAt, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { type BookedEvent, makeStatementLines, type StatementLine } from '@scanpay/shared/settlement/statement.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBookReader } from '../../drivers/sql/ledger/chain.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import type { Company } from '../../ports/ledger.ts';
import type { Sold } from '../../verify/testing/evidence-writer.ts';
import { signBoxAnswer } from './testing/box-words.ts';
import { writeEvidence } from './testing/evident-payments.ts';
import { companyNames, otherShop, shop } from './testing/payment-day.ts';
import { contractsOf, type DatedEvent, dates, eventsOf, plan } from './testing/payment-plan.ts';
import { boxOf, createSettlementWorld, partsOf, type SettlementWorld } from './testing/settlement-world.ts';

/** Writes the events of a date, in order, as the services of all three companies do. */
async function writeDate(
  { write, writer }: Awaited<ReturnType<typeof writeEvidence>>,
  events: readonly DatedEvent[],
  sales: Map<PaymentId, Sold>,
): Promise<void> {
  for (const { event, merchantId, offerId, date: businessDate } of events) {
    const { kind, paymentId: id, cancelId, tender, split } = event;
    const atMs = startOfBusinessDateMs(businessDate) + 43_200_000;
    await write(async (targets) => {
      const sold = sales.get(id);
      if (kind === 'sale' || sold === undefined) {
        const sale = {
          paymentId: id,
          tender,
          merchantId,
          offerId,
          businessDate,
          atMs,
          listAmountWon: split.chargedWon,
        };
        sales.set(id, await writer.sell(targets, sale));
      } else if (kind === 'reversal') await writer.reverse(targets, sold, { businessDate, atMs });
      else if (cancelId !== null) {
        const cancel = { cancelId, amountWon: split.chargedWon, businessDate, atMs };
        sales.set(id, await writer.cancel(targets, sold, cancel));
      }
    });
  }
}

/** Every box approves whatever it was shown and has not approved yet. */
async function approveAll(world: SettlementWorld): Promise<void> {
  for (const merchantId of [shop, otherShop]) {
    for (const { statementId, statementSha256 } of partsOf(world, boxOf(merchantId))) {
      const answer = { statementId, statementSha256, answer: 'approved' as const, faults: [] };
      const desk = world.companies.operator.settlement.merchantDesk!;
      const deviceId = boxOf(merchantId);
      const answerJws = await signBoxAnswer(deviceId, answer, world.scheduler.nowMs());
      const state = await desk.answer({ deviceId, merchantId, answer, answerJws });
      if (!state.ok) throw new Error(state.code);
      expect(['approved', 'paid']).toContain(state.value.state);
    }
  }
}

async function rowsOf(world: SettlementWorld, company: Company, date: BusinessDate) {
  const rows = await world.companies[company].settlement.listStatements(date);
  return {
    sent: rows.filter((row) => row.direction === 'sent'),
    received: rows.filter((row) => row.direction === 'received'),
  };
}

async function checkDate(world: SettlementWorld, date: BusinessDate, events: BookedEvent[]): Promise<void> {
  const card = await rowsOf(world, 'card', date);
  const pg = await rowsOf(world, 'pg', date);
  const operator = await rowsOf(world, 'operator', date);
  const common = ({ direction: _, updatedAtMs: __, ...row }: (typeof card.sent)[number]) => row;
  // One statement per hop, and both ends have the same one.
  expect([card.sent.length, pg.sent.length]).toEqual([1, 1]);
  expect(pg.received.map(common)).toEqual(card.sent.map(common));
  expect(operator.received.map(common)).toEqual(pg.sent.map(common));
  for (const row of [...card.sent, ...pg.sent]) expect(row.state).toBe('paid');
  for (const row of operator.sent) expect(['approved', 'paid']).toContain(row.state);
  // Each company keeps its fee and passes on the rest.
  const signed = (fee: 'pgFeeWon' | 'operatorFeeWon') =>
    events.reduce((sum, { kind, split }) => sum + (kind === 'sale' ? split[fee] : -split[fee]), 0);
  const payable = (rows: { payableWon: number }[]) => rows.reduce((sum, row) => sum + row.payableWon, 0);
  expect(payable(pg.sent)).toBe(payable(card.sent) - signed('pgFeeWon'));
  expect(payable(operator.sent)).toBe(payable(pg.sent) - signed('operatorFeeWon'));
}

/** Each shop's box finds its own payments, and all of them, in one statement of each date on which it is paid. */
async function checkStatements(world: SettlementWorld, date: BusinessDate, events: DatedEvent[]): Promise<void> {
  const { sent } = await rowsOf(world, 'operator', date);
  const stated = new Map<string, StatementLine[]>();
  for (const { statementId, receiver, payoutDate: paidOn } of sent) {
    const page = await world.companies.operator.settlement.readLines(statementId, null);
    stated.set(`${receiver} ${paidOn}`, page?.lines ?? []);
  }
  expect(stated.size).toBe(sent.length);
  const own = Map.groupBy(events, ({ merchantId, paidOn }) => `${merchantId} ${paidOn}`);
  const lines = [...own].map(
    ([key, parts]) =>
      [
        key,
        makeStatementLines(
          'S15',
          parts.map(({ event }) => event),
        ),
      ] as const,
  );
  expect(stated).toEqual(new Map(lines.filter(([, each]) => each.length > 0)));
}

/** Goes from one payout date to the next: each is paid when its date comes, and not before. */
async function reachPayouts(world: SettlementWorld, events: DatedEvent[]): Promise<void> {
  const today = businessDateAt(world.scheduler.nowMs());
  for (const paidOn of [...new Set(events.map((each) => each.paidOn))].sort().filter((each) => each > today)) {
    const rows = async () => {
      const all = await Promise.all(dates.map(async (date) => (await rowsOf(world, 'operator', date)).sent));
      return all.flat().filter((row) => row.payoutDate === paidOn);
    };
    for (const { state } of await rows()) expect(state).toBe('approved');
    world.scheduler.advance(startOfBusinessDateMs(paidOn) - world.scheduler.nowMs());
    await world.settle();
    for (const { state } of await rows()) expect(state).toBe('paid');
  }
}

/** Once every payout date has come: what the statements made due was transferred, or is carried forward. */
async function checkPayouts(world: SettlementWorld): Promise<void> {
  const entries = await createBookReader(world.companies.operator.db).readEntries(0, 10_000);
  const transfers = entries.flatMap(({ entry }) => (entry.kind === 'transfer' ? [entry] : []));
  const lastDate = dates[2]!;
  for (const merchantId of [shop, otherShop]) {
    let dueWon = 0;
    const reached = new Map<string, BusinessDate>();
    for (const date of dates) {
      for (const row of (await rowsOf(world, 'operator', date)).sent.filter((each) => each.receiver === merchantId)) {
        expect(row.state).toBe('paid');
        expect(row.paidWon).toBe(row.payableWon);
        dueWon += row.payableWon;
        // Those of the first dates are answered on the last one.
        const dueOn = [row.payoutDate!, reached.get(row.transferId ?? '') ?? lastDate, lastDate].sort().at(-1)!;
        if (row.transferId !== null) reached.set(row.transferId, dueOn);
      }
    }
    const own = transfers.filter((entry) => entry.merchantId === merchantId);
    for (const { transferId, businessDate } of own) expect(businessDate).toBe(reached.get(transferId));
    const moved = own.map(({ postings }): number => postings[0]?.amountWon ?? 0);
    expect(Math.min(1, ...moved)).toBeGreaterThan(0);
    const leftWon = dueWon - moved.reduce((sum, amount) => sum + amount, 0);
    // Nothing is kept from a merchant, and what it owes is not forgotten.
    expect(leftWon).toBeLessThanOrEqual(0);
    expect(await createSettlementStore(world.companies.operator.db).readDueWon(merchantId)).toBe(leftWon);
  }
}

async function checkBooks(world: SettlementWorld, all: BookedEvent[]): Promise<void> {
  for (const company of companyNames) {
    const balances = await world.companies[company].settlement.readBalances();
    expect(balances.reduce((sum, { amountWon }) => sum + amountWon, 0)).toBe(0);
    const open = balances.filter(({ account, amountWon }) => amountWon !== 0 && /-(payable|receivable)$/.test(account));
    // The cardholders' own debt is beyond this chain; everything between the companies is cleared.
    expect(open.map(({ account }) => account).filter((account) => account !== 'cardholder-receivable')).toEqual([]);
  }
  const entries = await world.companies.operator.db
    .selectFrom('ledger_entries')
    .selectAll()
    .where('payment_id', 'is not', null)
    .execute();
  expect(entries).toHaveLength(all.length);
  for (const row of entries) {
    const shares = [row.card_fee_won, row.pg_fee_won, row.operator_fee_won, row.merchant_share_won];
    expect(shares.reduce((sum: number, share) => sum + (share ?? 0), 0)).toBe(row.charged_won);
  }
}

describe('settlement, whatever is paid, undone, lost on the way or restarted', () => {
  it('agrees on every hop, pays everybody once, and leaves nothing open', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (played) => {
        const { payments, disturbances, restarted } = played;
        const world = await createSettlementWorld(startOfBusinessDateMs(dates[2]!));
        try {
          const contracts = contractsOf(played);
          const all = payments.flatMap((each, n) => eventsOf(each, n, contracts));
          const evidence = await writeEvidence(world, [shop, otherShop], contracts);
          const sales = new Map<PaymentId, Sold>();
          for (const date of dates) {
            const today = all.filter((each) => each.date === date);
            await writeDate(evidence, today, sales);
            world.disturbances.push(...disturbances);
            await world.close(date);
            if (restarted !== null) await world.restart(restarted);
            await world.settle();
            await world.close(date);
            await world.settle();
            await approveAll(world);
            await checkDate(
              world,
              date,
              today.map(({ event }) => event),
            );
            await checkStatements(world, date, today);
          }
          await reachPayouts(world, all);
          await checkPayouts(world);
          await checkBooks(
            world,
            all.map(({ event }) => event),
          );
          const { books, evidence: proven } = await evidence.audit();
          expect(books.map(({ finding }) => finding)).toEqual([null, null, null]);
          expect(proven).toMatchObject({ payments: payments.length, findings: [], underWay: 0 });
        } finally {
          await world.dispose();
        }
      }),
      { numRuns: 10 },
    );
  });
});
