import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CounterView } from '@scanpay/shared/api/box.ts';
import { makeAuthNumber } from '@scanpay/shared/auth-barcode/auth-number.ts';
import { callJson } from './call-json.ts';
import type { Clerk } from './clerk.ts';
import { type Coupon, demoCard, type Travellers } from './customers.ts';
import { forgeBarcode } from './forge.ts';
import type { DemoHardware } from './hardware.ts';
import type { DayRow } from './rows.ts';

/** What the scripted day works with: the people, the instruments and the companies' addresses. */
export interface DayWorld {
  travellers: Travellers;
  clerk: Clerk;
  hardware: DemoHardware;
  operatorUrl: string;
  onRow(row: DayRow): void;
}

type Tender = 'card' | 'cash';
type Outcome = { id: string; amountWon?: number; outcome: string };

/** What `card` holds that the day needs later. */
export interface DayResult {
  sold: { paymentId: string; amountWon: number }[];
}

const price = { table: 60_000, breakfast: 24_000 };
const seafood = (headcount: number) => ({ offerId: 'o-seafood-set', headcount });
const breakfast = (headcount: number) => ({ offerId: 'o-breakfast', headcount });

/**
 * One day at 속초 밥상: sales, refusals of every kind, a recheck and a cancel. Every step says what it expects; the
 * first one that turns out otherwise ends the day with an error.
 */
export async function runDay(world: DayWorld): Promise<DayResult> {
  const { travellers, clerk, hardware } = world;
  const row = recordTo(world);
  const counter = createCounter(world);
  const sold: DayResult['sold'] = [];
  const keep = (view: CounterView): Outcome => {
    const { paymentId, amountWon } = approvedOf(view);
    sold.push({ paymentId, amountWon });
    return { id: paymentId, amountWon, outcome: view.kind };
  };

  const minsu = await row('S01–S06 register, coupon by MMS', '김민수', () =>
    travellers.getCoupon({ name: '김민수', mobile: '01020000001', offers: [seafood(2)] }),
  );
  const flash = await row('S01–S06 register, short-lived offer', '박서준', () =>
    travellers.getCoupon({
      name: '박서준',
      mobile: '01020000002',
      offers: [{ offerId: 'o-ten-seconds', headcount: 1 }],
    }),
  );
  await row('S07–S22 card sale, serial scanner', '김민수', async () => keep(await counter.sell(minsu, 'card', 2)));
  const jihun = await row('S01–S06 register, coupon by MMS', '오지훈', () =>
    travellers.getCoupon({ name: '오지훈', mobile: '01020000003', offers: [seafood(2)] }),
  );
  await row('S07–S22 card sale, camera', '오지훈', async () => {
    await counter.enter('card', 2);
    await hardware.showToCamera(jihun.jpeg);
    const view = await clerk.waitFor('approved', 'declined', 'refused', 'unknown', 'recheck');
    await hardware.showToCamera(null);
    // A picture of it that is still being looked at must not pay the next sale.
    await clerk.lookByCamera();
    return keep(view);
  });
  await row('S10 cash sale by auth number', '김민수', async () => {
    await counter.enter('cash', 2);
    await clerk.enterAuthNumber(minsu.authNumber);
    return keep(await clerk.waitFor('approved', 'declined', 'refused', 'unknown', 'recheck'));
  });
  await row('S09 declined: coupon_used', '김민수', () => counter.refused(minsu, 'coupon_used'));
  const seoyeon = await row('S01–S06 register, coupon by MMS', '이서연', () =>
    travellers.getCoupon({ name: '이서연', mobile: '01020000004', offers: [breakfast(3)] }),
  );
  await row('S09 recheck: headcount, confirmed', '이서연', async () => {
    await counter.enter('card', 4, price.breakfast);
    await hardware.scan(seoyeon.barcode);
    const asked = await clerk.waitFor('recheck', 'approved', 'declined', 'unknown');
    if (asked.kind !== 'recheck' || asked.paymentId === null) throw new Error(`not asked to recheck: ${asked.kind}`);
    await clerk.confirm(asked.paymentId, { headcount: 4 });
    return keep(await clerk.waitFor('approved', 'declined', 'unknown'));
  });
  await row('same-day cancel by receipt code', '이서연', async () => counter.cancelLast(sold));
  await runCashReceipt(world);
  await runRefusals(world, counter, flash);
  return { sold };
}

/** A cash sale whose customer wants a cash receipt (현금영수증), given back an hour later: both reach the tax service. */
async function runCashReceipt(world: DayWorld): Promise<void> {
  const { travellers, clerk, hardware } = world;
  const row = recordTo(world);
  const coupon = await travellers.getCoupon({ name: '송하은', mobile: '01020000011', offers: [breakfast(2)] });
  const issuedAs = async (count: number): Promise<string> => {
    const { orders = [] } = (await clerk.waitForReceipt(count)) ?? {};
    return (
      orders
        .map(({ kind, approvalNumber }) => `${kind === 'issue' ? 'issued' : 'cancelled'} ${approvalNumber}`)
        .at(-1) ?? ''
    );
  };
  const sale = await row('cash sale with a cash receipt', '송하은', async () => {
    const cashReceipt = { purpose: 'income-deduction' as const, number: receiptNumberOfTheDay };
    await clerk.enterSale({ tender: 'cash', listAmountWon: price.breakfast, headcount: 2, cashReceipt });
    await hardware.scan(coupon.barcode);
    const { paymentId: id, amountWon } = approvedOf(await clerk.waitFor('approved', 'declined', 'unknown', 'recheck'));
    return { id, amountWon, outcome: 'approved' };
  });
  await row('현금영수증 issued', '송하은', async () => ({ id: sale.id, outcome: await issuedAs(1) }));
  await row('refund of it', '송하은', async () => {
    await clerk.cancel(sale.id);
    const view = await clerk.waitFor('cancelled', 'cancel-declined');
    if (view.kind !== 'cancelled') throw new Error(`not cancelled: ${view.code}`);
    return { id: sale.id, amountWon: -sale.amountWon, outcome: view.kind };
  });
  await row('현금영수증 cancelled', '송하은', async () => ({ id: sale.id, outcome: await issuedAs(2) }));
}

/** Every way to be refused: at the box, at the operator (S09) and at the card company (S10). */
async function runRefusals(world: DayWorld, counter: Counter, flash: Coupon): Promise<void> {
  const { travellers, clerk, hardware, operatorUrl } = world;
  const row = recordTo(world);
  const fresh = await travellers.getCoupon({ name: '최유나', mobile: '01020000005', offers: [breakfast(1)] });
  await row('S07 refused at the box: forged', '위조범', () =>
    counter.refusedLocally(forgeBarcode(fresh.barcode), 'barcode_forged'),
  );
  await delay(Math.max(0, flash.validUntilMs - Date.now() + 50));
  await row('S07 refused at the box: expired', '박서준', () => counter.refusedLocally(flash.barcode, 'coupon_expired'));
  await row('S09 declined: coupon_expired', '박서준', () => counter.refusedNumber(flash.authNumber, 'coupon_expired'));
  await row('S09 declined: coupon_unknown', '누군가', () =>
    counter.refusedNumber(makeAuthNumber(randomBytes), 'coupon_unknown'),
  );
  await row('S09 declined: coupon_revoked', '최유나', async () => {
    await callJson('POST', `${operatorUrl}/v1/coupons/${fresh.couponId}/revoke`, {});
    return counter.refused(fresh, 'coupon_revoked');
  });
  const guest = await travellers.getCoupon({
    name: '정하늘',
    mobile: '01020000006',
    offers: [{ offerId: 'o-ondol-night', headcount: 2 }],
  });
  await row('S09 declined: wrong_merchant', '정하늘', () => counter.refused(guest, 'wrong_merchant'));
  await row('S09 declined: recheck_refused', '강도윤', async () => {
    const coupon = await travellers.getCoupon({ name: '강도윤', mobile: '01020000007', offers: [seafood(2)] });
    await counter.enter('card', 2, price.table, '2031-01-01');
    await hardware.scan(coupon.barcode);
    const asked = await clerk.waitFor('recheck', 'approved', 'declined', 'unknown');
    await clerk.confirm(asked.paymentId ?? '', { visitDate: '2031-01-01' });
    return expectDeclined(await clerk.waitFor('declined', 'approved', 'unknown'), 'recheck_refused');
  });
  for (const [name, mobile, number, code] of refusedCards) {
    await row(`S10 declined: ${code}`, name, async () => {
      const card = { number, expiry: '12/30' };
      return counter.refused(await travellers.getCoupon({ name, mobile, card, offers: [seafood(2)] }), code);
    });
  }
}

/** Numbers the sandbox card company refuses, and how. */
const refusedCards = [
  ['윤지호', '01020000008', '4000000000000002', 'card_declined'],
  ['임수아', '01020000009', '4000000000009995', 'card_limit_exceeded'],
  ['한예준', '01020000010', '4000000000009987', 'card_lost_or_stolen'],
] as const;

/** Typed in at the counter for a cash receipt; like the cards it may be found in no file afterwards. */
export const receiptNumberOfTheDay = '01055550101';

/** Every card that was typed in anywhere on the day: none of them may be found in any file afterwards. */
export const cardNumbersOfTheDay = [demoCard.number, ...refusedCards.map(([, , number]) => number)];

type Counter = ReturnType<typeof createCounter>;

/** The clerk's habits: enter, scan, look. */
function createCounter({ travellers, clerk, hardware }: DayWorld) {
  const enter = (tender: Tender, headcount: number, listAmountWon = price.table, visitDate?: string) =>
    clerk.enterSale({ tender, headcount, listAmountWon, ...(visitDate === undefined ? {} : { visitDate }) });
  return {
    enter,
    async sell(coupon: Coupon, tender: Tender, headcount: number): Promise<CounterView> {
      await enter(tender, headcount);
      await hardware.scan(coupon.barcode);
      return clerk.waitFor('approved', 'declined', 'refused', 'unknown', 'recheck');
    },
    async refused(coupon: Coupon, code: string): Promise<Outcome> {
      await enter('card', 2);
      await hardware.scan(coupon.barcode);
      return expectDeclined(await clerk.waitFor('declined', 'approved', 'refused', 'unknown', 'recheck'), code);
    },
    async refusedNumber(authNumber: string, code: string): Promise<Outcome> {
      await enter('cash', 1);
      await clerk.enterAuthNumber(authNumber);
      return expectDeclined(await clerk.waitFor('declined', 'approved', 'unknown', 'recheck'), code);
    },
    async refusedLocally(barcode: string, code: string): Promise<Outcome> {
      await enter('card', 2);
      await hardware.scan(barcode);
      const view = await clerk.waitFor('refused', 'approved', 'declined', 'unknown');
      if (view.kind !== 'refused' || view.code !== code) throw new Error(`not refused as ${code}: ${view.code}`);
      await clerk.dismiss();
      return { id: '–', outcome: `refused ${code}` };
    },
    /** Scans the code on the newest receipt; the clerk confirms. */
    async cancelLast(sold: DayResult['sold']): Promise<Outcome> {
      const last = sold.at(-1);
      if (last === undefined) throw new Error('nothing was sold');
      const receipt = await hardware.waitForSlip(sold.length);
      await hardware.scan(await travellers.readPicture(receipt));
      await clerk.waitFor('cancel-offered', 'refused');
      await clerk.cancel(last.paymentId);
      const view = await clerk.waitFor('cancelled', 'cancel-declined');
      if (view.kind !== 'cancelled') throw new Error(`not cancelled: ${view.code}`);
      return { id: last.paymentId, amountWon: -last.amountWon, outcome: view.kind };
    },
  };
}

function expectDeclined(view: CounterView, code: string): Outcome {
  if (view.kind !== 'declined' || view.code !== code) {
    throw new Error(`expected ${code}, the counter shows ${view.kind} ${view.code ?? ''}`);
  }
  return { id: view.paymentId ?? '–', outcome: `declined ${code}` };
}

function approvedOf(view: CounterView): { paymentId: string; amountWon: number } {
  if (view.kind !== 'approved' || view.paymentId === null || view.approval === null) {
    throw new Error(`expected an approval, the counter shows ${view.kind} ${view.code ?? ''}`);
  }
  return { paymentId: view.paymentId, amountWon: view.approval.split.chargedWon };
}

/** Runs one step and writes its row; a step that fails says so in its row before the day ends. */
export function recordTo({ onRow }: Pick<DayWorld, 'onRow'>) {
  return async <T extends Outcome | Coupon>(step: string, who: string, action: () => Promise<T>): Promise<T> => {
    const write = (id: string, amountWon: number | null, outcome: string): void =>
      onRow({ step, who, id, amountWon, outcome, atMs: Date.now() });
    try {
      const done = await action();
      if ('couponId' in done) write(done.couponId, null, 'sent');
      else write(done.id, done.amountWon ?? null, done.outcome);
      return done;
    } catch (error) {
      write('–', null, 'FAILED');
      throw new Error(`${step}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
}
