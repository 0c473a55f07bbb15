import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import { addBusinessDays, type BusinessDate, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import type { CancelId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitRefund, won } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { BookedEvent } from '@scanpay/shared/settlement/statement.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeFees } from '../../core/contract/compute-fees.ts';
import { findContractVersion } from '../../core/contract/find-version.ts';
import { contractOf } from '../../core/contract/testing/contracts.ts';
import { createBookReader } from '../../drivers/sql/ledger/chain.ts';
import { createSettlementStore } from '../../drivers/sql/ledger/settlement-store.ts';
import type { Company } from '../../ports/ledger.ts';
import type { Sold } from '../../verify/testing/evidence-writer.ts';
import { signBoxAnswer } from './testing/box-words.ts';
import { writeEvidence } from './testing/evident-payments.ts';
import { companyNames, day, otherShop, paymentId, shop } from './testing/payment-day.ts';
import {
  boxOf,
  createSettlementWorld,
  type Disturbance,
  partsOf,
  type SettlementWorld,
} from './testing/settlement-world.ts';

const dates = [0, 1, 2].map((n) => addBusinessDays(day, n));
const longAgo = '2020-01-01' as BusinessDate;
const noRates = { cardFeeBps: basisPoints(0), pgFeeBps: basisPoints(0), operatorFeeBps: basisPoints(0) };

/** A payment, the day it is made, and what undoes it, `later` days after that. */
const payment = fc.record({
  amount: fc.integer({ min: 1, max: 1_000_000_000 }),
  tender: fc.constantFrom<Tender>('card', 'cash'),
  merchantId: fc.constantFrom(shop, otherShop),
  madeOn: fc.nat(2),
  undone: fc.option(
    fc.record({
      kind: fc.constantFrom('cancel' as const, 'reversal' as const),
      later: fc.nat(2),
      /** Where a cancel is cut in parts. */
      cuts: fc.array(fc.nat(1_000_000_000), { maxLength: 3 }),
    }),
  ),
});
type Payment = typeof payment extends fc.Arbitrary<infer P> ? P : never;
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;
/** What a fee may be: a share, at least so much, at most so much. */
const fee = fc.record({
  bps: fc.nat(2_000),
  minWon: fc.nat(500).map(won),
  capWon: fc.option(fc.integer({ min: 500, max: 1_000_000 }).map(won)),
});
const fees = fc.record({ cardFee: fee, pgFee: fee, operatorFee: fee });
const plan = fc.record({
  /** The contract with both shops, of each date. */
  fees: fc.tuple(fees, fees, fees),
  payments: fc.array(payment, { maxLength: 12 }),
  /** What befalls the calls between companies. */
  disturbances: fc.array(fc.constantFrom<Disturbance>('none', 'lost request', 'lost answer'), { maxLength: 12 }),
  restarted: fc.option(fc.constantFrom<Company>(...companyNames)),
  /** Days from a business date to its payout. */
  cycleDays: fc.nat(2),
});

interface DatedEvent {
  event: BookedEvent;
  merchantId: MerchantId;
  date: BusinessDate;
}

/** The fees change between dates: a version of each shop's contract for each of them. */
function contractsOf(feesByDate: Plan['fees']): ContractVersion[] {
  return [shop, otherShop].flatMap((merchantId) =>
    feesByDate.map((agreed, nth) =>
      contractOf(merchantId, noRates, { ...agreed, version: nth + 1, validFrom: nth === 0 ? longAgo : dates[nth]! }),
    ),
  );
}

function eventsOf(
  { amount, tender, merchantId, madeOn, undone }: Payment,
  n: number,
  contracts: readonly ContractVersion[],
): DatedEvent[] {
  const date = dates[madeOn]!;
  const agreed = findContractVersion(contracts, { merchantId, offerId: null, tender, businessDate: date });
  const split = computeFees(won(amount), agreed!, tender);
  const sale: BookedEvent = { kind: 'sale', tender, paymentId: paymentId(n), cancelId: null, split };
  const events: DatedEvent[] = [{ event: sale, merchantId, date }];
  const undoneOn = undone === null ? undefined : dates[madeOn + undone.later];
  if (undone === null || undoneOn === undefined) return events;
  if (undone.kind === 'reversal')
    return [...events, { event: { ...sale, kind: 'reversal' }, merchantId, date: undoneOn }];
  const cuts = new Set([...undone.cuts.map((cut) => cut % amount), amount]);
  const ends = [...cuts].filter((end) => end > 0).sort((a, b) => a - b);
  let before = 0;
  for (const [nth, end] of ends.entries()) {
    const cancelId = paymentId(1_000 + 10 * n + nth) as string as CancelId;
    const part = splitRefund(split, won(before), won(end - before));
    // The last one comes a day after the others, where there is one.
    const cancelledOn = (end === amount && nth > 0 && dates[madeOn + undone.later + 1]) || undoneOn;
    events.push({ event: { ...sale, kind: 'cancel', cancelId, split: part }, merchantId, date: cancelledOn });
    before = end;
  }
  return events;
}

/** Writes the events of a date, in order, as the services of all three companies do. */
async function writeDate(
  { write, writer }: Awaited<ReturnType<typeof writeEvidence>>,
  events: readonly DatedEvent[],
  sales: Map<PaymentId, Sold>,
): Promise<void> {
  for (const { event, merchantId, date: businessDate } of events) {
    const { kind, paymentId: id, cancelId, tender, split } = event;
    const atMs = startOfBusinessDateMs(businessDate) + 43_200_000;
    await write(async (targets) => {
      const sold = sales.get(id);
      if (kind === 'sale' || sold === undefined) {
        const sale = { paymentId: id, tender, merchantId, businessDate, atMs, listAmountWon: split.chargedWon };
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

/** Once every payout date has come: what the statements made due was transferred, or is carried forward. */
async function checkPayouts(world: SettlementWorld): Promise<void> {
  const entries = await createBookReader(world.companies.operator.db).readEntries(0, 10_000);
  const transfers = entries.flatMap(({ entry }) => (entry.kind === 'transfer' ? [entry] : []));
  for (const merchantId of [shop, otherShop]) {
    let dueWon = 0;
    for (const date of dates) {
      for (const row of (await rowsOf(world, 'operator', date)).sent.filter((each) => each.receiver === merchantId)) {
        expect(row.state).toBe('paid');
        expect(row.paidWon).toBe(row.payableWon);
        dueWon += row.payableWon;
      }
    }
    const moved = transfers
      .filter((entry) => entry.merchantId === merchantId)
      .map(({ postings }): number => postings[0]?.amountWon ?? 0);
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
  it('agrees on every hop, pays everybody once, and leaves nothing open', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ payments, fees: agreed, disturbances, restarted, cycleDays }) => {
        const world = await createSettlementWorld(startOfBusinessDateMs(dates[2]!));
        world.payoutDateOf = (date) => addBusinessDays(date, cycleDays);
        try {
          const contracts = contractsOf(agreed);
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
          }
          for (let days = 0; days <= cycleDays; days += 1) {
            world.scheduler.advance(86_400_000);
            await world.settle();
          }
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
