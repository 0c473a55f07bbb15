import { payoutDate } from '@scanpay/cloud/core/contract/payout-date.ts';
import { createKoreanCalendar } from '@scanpay/cloud/drivers/calendar/korean-calendar.ts';
import { companyNames, day, event, shop } from '@scanpay/cloud/roles/settle/testing/payment-day.ts';
import {
  boxOf,
  createSettlementWorld,
  type SettlementWorld,
} from '@scanpay/cloud/roles/settle/testing/settlement-world.ts';
import { createStatements } from '@scanpay/device/box/statements.ts';
import { createSqliteJournal } from '@scanpay/device/drivers/journal/sqlite-journal.ts';
import type { Journal, RequestBody } from '@scanpay/device/ports/journal.ts';
import { approval } from '@scanpay/device/testing/terminal-samples.ts';
import type { SettlementCycle } from '@scanpay/shared/api/contract.ts';
import { addBusinessDays, type BusinessDate, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import type { BookedEvent } from '@scanpay/shared/settlement/statement.ts';
import { signMessage } from '@scanpay/shared/wire/envelope.ts';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';

const deviceId = boxOf(shop);
const calendar = createKoreanCalendar({ extraHolidays: [], ownYears: [] });
/** A table is paid on the next banking day, a tour on Friday of the next week. */
const table: SettlementCycle = { kind: 'daily', bankingDays: 1 };
const tour: SettlementCycle = { kind: 'weekly', weekday: 5 };
const sales = [
  { sale: event(1, 'sale', 'card', 45_000), cycle: table },
  { sale: event(2, 'sale', 'card', 300_000), cycle: tour },
  { sale: event(3, 'sale', 'cash', 20_000), cycle: table },
];
const nextDay = '2026-11-24' as BusinessDate;
const friday = '2026-12-04' as BusinessDate;

let world: SettlementWorld;
let journal: Journal;
let box: ReturnType<typeof createStatements>;

/** What the box was told when the sale was approved. */
function closeAtBox({ paymentId, tender, split }: BookedEvent, businessDate: BusinessDate, paidOn: BusinessDate): void {
  const request = { paymentId, merchantId: shop, tender, coupon: { kind: 'auth-number' } } as unknown as RequestBody;
  const open = { phase: 'sent', requestJws: 'a.b.c', confirmJws: null, barcode: null } as const;
  const atMs = world.scheduler.nowMs();
  journal.commit([
    { op: 'open-payment', payment: { paymentId, request, ...open, recheckFields: [], openedAtMs: atMs } },
  ]);
  const told = { ...approval, tender, split, businessDate, payoutDate: paidOn };
  journal.commit([{ op: 'close-payment', paymentId, outcome: { kind: 'approved', approval: told }, atMs }]);
}

/** The operator's words to the box, and its answers back, until nobody has anything to say. */
async function talk(): Promise<void> {
  for (let heard = 0; heard < world.sentToBoxes.length; heard += 1) await hear(heard);
  world.sentToBoxes.length = 0;
}

async function hear(nth: number): Promise<void> {
  const said = world.sentToBoxes[nth];
  if (said?.deviceId !== deviceId) return;
  const header = { v: 1, messageId: 'm', deviceId, sentAtMs: world.scheduler.nowMs() } as const;
  if (said.message.type === 'settlement.statement') await box.takePart({ ...header, ...said.message });
  if (said.message.type === 'settlement.state') box.takeState({ ...header, ...said.message });
}

beforeEach(async () => {
  world = await createSettlementWorld(startOfBusinessDateMs(nextDay) - 3_600_000);
  journal = createSqliteJournal(new Database(':memory:'));
  box = createStatements({
    ...{ deviceId, merchantId: shop, standingApproval: false, operatorKeys: world.operatorKey, journal },
    ...{ clock: world.scheduler, scheduler: world.scheduler, onChange: () => undefined },
    slip: () => ({
      ...{ deviceId, receiptNo: '20261124-0001' },
      merchant: { merchantId: shop, name: '속초 밥상', businessNumber: '123-45-67890' },
    }),
    async send(draft) {
      if (draft.type !== 'settlement.answer') return;
      const state = await world.companies.operator.settlement.merchantDesk?.answer({
        ...{ deviceId, merchantId: shop, answer: draft },
        answerJws: await signMessage(draft, world.companies.operator.signer),
      });
      if (state?.ok !== true) throw new Error(`answer refused: ${state?.code}`);
      world.sentToBoxes.push({ deviceId, message: { type: 'settlement.state', ...state.value } });
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
});
afterEach(async () => {
  box.stop();
  journal.close();
  await world.dispose();
});

const shown = () =>
  journal
    .recentStatements(9)
    .map(({ statement, state, faults }) => ({
      paidOn: statement.payoutDate,
      lines: statement.lineCount,
      state,
      faults,
    }))
    .sort((a, b) => ((a.paidOn ?? '') < (b.paidOn ?? '') ? -1 : 1));

it('states two offers of one date apart, has both approved at the box, and pays each by its own cycle', async () => {
  for (const { sale, cycle } of sales) {
    const paidOn = payoutDate(day, cycle, calendar);
    world.payoutDateOf = () => paidOn;
    for (const company of companyNames) await world.book(company, sale, shop, day);
    closeAtBox(sale, day, paidOn);
  }
  expect(await world.close(day)).toEqual({ ok: true, value: undefined });
  await world.companies.card.settlement.whenIdle();
  for (const company of [...companyNames, ...companyNames]) await world.companies[company].settlement.whenIdle();
  await talk();
  expect(shown()).toEqual([
    { paidOn: nextDay, lines: 2, state: 'presented', faults: [] },
    { paidOn: friday, lines: 1, state: 'presented', faults: [] },
  ]);

  for (const { statement } of journal.recentStatements(9)) {
    expect(await box.answer(statement.statementId, 'approved')).toEqual({ ok: true, value: undefined });
  }
  await talk();
  expect(shown().map(({ state }) => state)).toEqual(['approved', 'approved']);

  const paid = async () => {
    await world.settle();
    await talk();
    return shown().map(({ state }) => state);
  };
  world.scheduler.advance(startOfBusinessDateMs(nextDay) - world.scheduler.nowMs());
  expect(await paid()).toEqual(['paid', 'approved']);
  world.scheduler.advance(startOfBusinessDateMs(addBusinessDays(friday, -1)) - world.scheduler.nowMs());
  expect(await paid()).toEqual(['paid', 'approved']);
  world.scheduler.advance(startOfBusinessDateMs(friday) - world.scheduler.nowMs());
  expect(await paid()).toEqual(['paid', 'paid']);

  const slips = journal.recentReceipts(9).flatMap(({ receipt }) => (receipt.kind === 'statement' ? [receipt] : []));
  expect(slips.map(({ payoutDate: on, state }) => [on, state])).toEqual([
    [friday, 'paid'],
    [nextDay, 'paid'],
  ]);
});
